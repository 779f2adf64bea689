/** A webhook of `GET /api/admin/webhooks`. */
export interface Webhook {
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly pending: number;
  readonly failed: number;
  readonly lastDeliveredAt: string | null;
  readonly lastError: string | null;
}

/** A message to a webhook, without its content. */
export interface Delivery {
  readonly id: string;
  readonly webhook: string;
  readonly eventId: string;
  readonly type: string;
  readonly userId: string | null;
  readonly state: string;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly deliveredAt: string | null;
  readonly failedAt: string | null;
}

/** The answer of a receiver to a test message. */
export interface Tested {
  readonly status: number | null;
  readonly millis: number;
  /** `null`: the receiver accepted the message. */
  readonly error: string | null;
}
