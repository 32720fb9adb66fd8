//! Accounts of the economy's sectors: every flow has a payer and a receiver, so they sum to zero.

use serde::{Deserialize, Serialize};

/// Who pays or receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Account {
    /// Resident and newcomer households.
    Households,
    /// Landlords, as owners of rented dwellings.
    Landlords,
    /// Employers and sellers.
    Employers,
    /// Government.
    Government,
    /// Rest of the world.
    RestOfWorld,
}

/// Number of [`Account`]s.
pub const ACCOUNTS: usize = 5;

/// Balances since week 0, whole units of the scenario's currency at full scale.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    balance: [i64; ACCOUNTS],
}

impl Accounts {
    /// Moves `amount` from `payer` to `receiver`.
    pub fn transfer(&mut self, payer: Account, receiver: Account, amount: i64) {
        self.balance[payer as usize] -= amount;
        self.balance[receiver as usize] += amount;
    }

    /// Balance of one account.
    pub fn balance(&self, account: Account) -> i64 {
        self.balance[account as usize]
    }

    /// Every balance, in the order of [`Account`].
    pub fn balances(&self) -> &[i64; ACCOUNTS] {
        &self.balance
    }

    /// Sum over all accounts; always 0.
    pub fn sum(&self) -> i128 {
        self.balance.iter().map(|&b| i128::from(b)).sum()
    }
}
