//! Who a request claims to be: the credentials given, or one of many that are to be refused. What stands in their place
//! wherever a request is shown.

/// Who a request claims to be.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Credentials {
    /// The credentials given.
    #[default]
    Valid,
    /// None at all.
    None,
    /// A well-formed key that nobody has.
    UnknownKey,
    /// The right key with a wrong secret.
    WrongSecret,
    /// The right key with one letter changed, and the right secret.
    KeyAltered,
    /// The right key with its letters in the other case, and the right secret.
    KeyOtherCase,
    /// The right key without its last character, and the right secret.
    KeyCut,
    /// The right key with one character more, and the right secret.
    KeyExtended,
    /// The key of the second, restricted pair with the right secret; of a scheme that has no secret, a well-formed key that
    /// nobody has.
    KeyRestricted,
    /// An empty key with the right secret.
    KeyEmpty,
    /// An empty key, and an empty secret.
    BothEmpty,
    /// The right secret in the place of the key, and the key in the place of the secret; of a scheme that has no secret, a
    /// well-formed key that nobody has.
    Swapped,
    /// A well-formed key that nobody has, with the right secret.
    OtherKey,
    /// The right key, and the secret without its last character; of a scheme that has no secret, the key without it.
    SecretCut,
    /// The right key, and the secret with one character more; of a scheme that has no secret, the key with it.
    SecretExtended,
    /// The right key, and the secret with its letters in the other case; of a scheme that has no secret, the key so.
    SecretOtherCase,
    /// The right key, and an empty secret; of a scheme that has no secret, an empty key.
    SecretEmpty,
    /// The right key with the secret of the second, restricted pair; of a scheme that has no secret, a well-formed key that
    /// nobody has.
    SecretRestricted,
    /// A header that is not what its scheme demands.
    Malformed,
    /// Another authentication scheme.
    OtherScheme,
    /// What is right, under the name of another authentication scheme.
    ValidOtherScheme,
    /// The credentials given without those of the first scheme, where several are shown together.
    WithoutFirst,
    /// The same without those of the second.
    WithoutSecond,
    /// The same without those of the third.
    WithoutThird,
    /// The second, restricted pair.
    Restricted,
}

impl Credentials {
    /// All that a request may claim.
    pub const ALL: [Credentials; 25] = [
        Credentials::Valid,
        Credentials::None,
        Credentials::UnknownKey,
        Credentials::WrongSecret,
        Credentials::KeyAltered,
        Credentials::KeyOtherCase,
        Credentials::KeyCut,
        Credentials::KeyExtended,
        Credentials::KeyRestricted,
        Credentials::KeyEmpty,
        Credentials::BothEmpty,
        Credentials::Swapped,
        Credentials::OtherKey,
        Credentials::SecretCut,
        Credentials::SecretExtended,
        Credentials::SecretOtherCase,
        Credentials::SecretEmpty,
        Credentials::SecretRestricted,
        Credentials::Malformed,
        Credentials::OtherScheme,
        Credentials::ValidOtherScheme,
        Credentials::WithoutFirst,
        Credentials::WithoutSecond,
        Credentials::WithoutThird,
        Credentials::Restricted,
    ];

    /// Whether they show something, and not what is anybody's as its scheme shows it.
    pub fn are_wrong(self) -> bool {
        let others = [Self::Valid, Self::None, Self::Restricted];
        !others.contains(&self) && self.without().is_none()
    }

    /// Whether they are made of the second, restricted pair.
    pub fn need_restricted(self) -> bool {
        let made_of_it = [
            Self::Restricted,
            Self::KeyRestricted,
            Self::SecretRestricted,
        ];
        made_of_it.contains(&self)
    }

    /// What they are, in words.
    pub fn words(self) -> &'static str {
        match self {
            Credentials::Valid => "the credentials given",
            Credentials::None => "no credentials at all",
            Credentials::UnknownKey => "a well-formed key that nobody has",
            Credentials::WrongSecret => "the right key with a wrong secret",
            Credentials::KeyAltered => "the right key with one letter changed",
            Credentials::KeyOtherCase => "the right key in the other letter case",
            Credentials::KeyCut => "the right key cut short",
            Credentials::KeyExtended => "the right key made longer",
            Credentials::KeyRestricted => "the second, restricted key with the right secret",
            Credentials::KeyEmpty => "an empty key with the right secret",
            Credentials::BothEmpty => "an empty key and an empty secret",
            Credentials::Swapped => "the right key and secret in each other's place",
            Credentials::OtherKey => "a key that nobody has with the right secret",
            Credentials::SecretCut => "the right key with the secret cut short",
            Credentials::SecretExtended => "the right key with the secret made longer",
            Credentials::SecretOtherCase => {
                "the right key with the secret in the other letter case"
            }
            Credentials::SecretEmpty => "the right key with an empty secret",
            Credentials::SecretRestricted => "the right key with the secret of the restricted one",
            Credentials::Malformed => "credentials that cannot be decoded",
            Credentials::OtherScheme => "another authentication scheme",
            Credentials::ValidOtherScheme => {
                "the right credentials under another authentication scheme"
            }
            Credentials::WithoutFirst => "the credentials given without the first of them",
            Credentials::WithoutSecond => "the credentials given without the second of them",
            Credentials::WithoutThird => "the credentials given without the third of them",
            Credentials::Restricted => "the second, restricted key",
        }
    }
}

/// What stands for credentials wherever a request is shown.
pub(crate) fn word(who: Credentials) -> &'static str {
    match who {
        Credentials::Valid => "[redacted]",
        Credentials::None => "[none]",
        Credentials::UnknownKey => "[unknown-key]",
        Credentials::WrongSecret => "[wrong-secret]",
        Credentials::KeyAltered => "[key-altered]",
        Credentials::KeyOtherCase => "[key-other-case]",
        Credentials::KeyCut => "[key-cut]",
        Credentials::KeyExtended => "[key-extended]",
        Credentials::KeyRestricted => "[key-restricted]",
        Credentials::KeyEmpty => "[key-empty]",
        Credentials::BothEmpty => "[both-empty]",
        Credentials::Swapped => "[swapped]",
        Credentials::OtherKey => "[other-key]",
        Credentials::SecretCut => "[secret-cut]",
        Credentials::SecretExtended => "[secret-extended]",
        Credentials::SecretOtherCase => "[secret-other-case]",
        Credentials::SecretEmpty => "[secret-empty]",
        Credentials::SecretRestricted => "[secret-restricted]",
        Credentials::Malformed => "[malformed]",
        Credentials::OtherScheme => "[other-scheme]",
        Credentials::ValidOtherScheme => "[valid-other-scheme]",
        Credentials::WithoutFirst | Credentials::WithoutSecond | Credentials::WithoutThird => {
            "[redacted]"
        }
        Credentials::Restricted => "[restricted]",
    }
}
