/// The format of a webhook's bodies. All formats are signed in the same way.
package enum WebhookFormat: String, CaseIterable, Hashable, Sendable {
    /// laborwatch's own contract: `laborwatch.alert/1` for one event, `laborwatch.digest/1` for
    /// many.
    case laborwatch
    /// CloudEvents 1.0 in structured mode; a batch for several events.
    case cloudevents
    /// The body of Alertmanager's webhooks, version 4.
    case alertmanager
}
