//! Messages with codes: each one costs money or annoys its recipient, and is a further chance to guess.

use super::{Limited, Limiter, Networks};

/// Messages of one user, and to one recipient, within ten minutes.
const FREE: u32 = 5;
/// Messages of one user, and to one recipient, on one day.
const DAILY: u32 = 20;

impl Limiter {
    /// Counts a message with a code of `user` to `recipient`, an address or a phone number. The recipient has counters of its own: many
    /// accounts of one attacker must not send many messages to one phone.
    ///
    /// # Errors
    /// [`Limited`] after 5 messages in ten minutes or 20 on a day, and after 100 from the network in ten minutes: the caller must send none.
    pub async fn count_message(
        &self,
        user: &str,
        recipient: &str,
        networks: &Networks,
    ) -> Result<(), Limited> {
        self.raise_networks("message", networks).await?;
        for counted in [format!("messageOf:{user}"), format!("messageTo:{recipient}")] {
            self.raise(&counted, |counter, now| counter.raise_window(FREE, 0, now)).await?;
            let day = format!("day:{counted}");
            self.raise(&day, |counter, now| counter.raise_day(DAILY, now)).await?;
        }
        Ok(())
    }

    /// Counts an SMS of this day, of which `max` are allowed for the whole service, all replicas together.
    ///
    /// # Errors
    /// [`Limited`]: the caller must send none.
    pub async fn count_sms(&self, max: u32) -> Result<(), Limited> {
        self.raise("smsTotal", |counter, now| counter.raise_day(max, now)).await
    }
}
