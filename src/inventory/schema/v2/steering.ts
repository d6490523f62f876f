/** Version 2: Decisions, alerts and their deliveries. */

export const STEERING = /* sql */ '';
