/// What the bodies of a webhook are; every one of them is signed alike.
package enum WebhookFormat: String, CaseIterable, Hashable, Sendable {
    /// Our own contract: `laborwatch.alert/1` for one event, `laborwatch.digest/1` for many.
    case laborwatch
    /// CloudEvents 1.0 in structured mode, a batch for several events.
    case cloudevents
    /// The body of Alertmanager's own webhooks, version 4.
    case alertmanager
}
