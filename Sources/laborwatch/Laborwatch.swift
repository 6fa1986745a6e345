@main struct Laborwatch { static func main() {} }
