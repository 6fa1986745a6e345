/// Names that an enterprise could register to attack the program or the person that shows them.
///
/// Each format has a test with the whole table.
package struct HostileName: Sendable, Hashable, CustomStringConvertible {
    /// The attack.
    package let aim: String
    /// The name.
    package let text: String

    package var description: String { aim }

    /// All names.
    package static let all: [HostileName] = [
        .init(aim: "call everybody, Feishu text", text: "甲<at user_id=\"all\">所有人</at>公司"),
        .init(aim: "call everybody, Feishu card", text: "甲<at id=all></at>公司"),
        .init(aim: "call by reference", text: "甲&lt;at id=all&gt;&lt;/at&gt;&#60;at id=all&#62;公司"),
        .init(aim: "call a member, WeCom", text: "甲<@zhangsan>公司"),
        .init(aim: "call everybody by a word", text: "甲@all @所有人 @13800000000公司"),
        .init(aim: "call a channel", text: "甲<!channel>公司"),
        .init(aim: "link, Markdown", text: "甲[点这里](http://evil.example.com/a)公司"),
        .init(aim: "image, Markdown", text: "甲![x](https://evil.example.com/a.png)公司"),
        .init(aim: "link, bare", text: "甲 https://evil.example.com/pay 公司"),
        .init(
            aim: "link, hidden in the scheme", text: "甲 ht\u{200B}tp:/\u{2060}/evil.example.com 公司"),
        .init(aim: "link, www", text: "甲 WWW.evil.example 公司"),
        .init(aim: "link, domain", text: "甲 evil.com 公司"),
        .init(aim: "link, mail", text: "甲 mailto:boss@evil.com 公司"),
        .init(aim: "link, HTML", text: "甲<a href='http://evil.example.com'>点</a>公司"),
        .init(aim: "script, HTML", text: "甲</title><script>alert(1)</script>公司"),
        .init(aim: "attribute, HTML", text: "甲\" onload=\"alert(1)' x='公司"),
        .init(aim: "markup, Markdown", text: "# **甲** `公司` ~~x~~"),
        .init(aim: "font, WeCom", text: "甲<font color=\"warning\">公司</font>"),
        .init(
            aim: "line ends",
            text: "甲\r\nBcc: boss@evil.com\r\n\r\n公司\n.\n一\u{2028}二\u{2029}三\u{85}四\u{B}五\u{C}六"),
        .init(aim: "subject of a mail", text: "Subject: 中奖\n甲公司"),
        .init(aim: "priority, syslog", text: "<0>甲公司\n<0>1 - - - - - - x"),
        .init(aim: "structured data, syslog", text: "甲\" x=\"1\"] [other@1 a=\"公司"),
        .init(aim: "quote with an accent", text: "甲\"\u{301},\\\u{301}]\u{301}公司\u{301}"),
        .init(aim: "end of CDATA, XML", text: "甲]]><x/>&公司;"),
        .init(aim: "terminal", text: "甲\u{1B}[31m\u{1B}]0;x\u{7}\u{9B}2J\u{8}公司"),
        .init(aim: "right to left", text: "甲\u{202E}fdp.exe\u{2066}公司\u{200F}"),
        .init(aim: "formula", text: "=HYPERLINK(\"http://evil.example.com\",\"甲公司\")"),
        .init(aim: "formula, plus", text: "+1+cmd|' /C calc'!A0"),
        .init(aim: "formula, minus", text: "-2+3+cmd|' /C calc'!A0"),
        .init(aim: "formula, at", text: "@SUM(1+1)*cmd|' /C calc'!A0"),
        .init(aim: "formula after a blank", text: " \u{200B}=1+1"),
        .init(aim: "formula, full width", text: "＝1+1"),
        .init(aim: "template", text: "{{#alerts}}{{title}}{{/alerts}} {persons} ${x} %s"),
        .init(aim: "JSON", text: "甲\",\"tier\":\"blue\",\"x\":\"公司\\"),
    ]

    private init(aim: String, text: String) {
        self.aim = aim
        self.text = text
    }
}
