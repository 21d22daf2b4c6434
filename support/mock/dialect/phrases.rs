//! The same refusals in several languages and tones, and with several kinds of codes.

/// What a refusal means. The tables below are in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Missing,
    Invalid,
    Malformed,
    Expired,
    /// Missing or invalid, and one does not say which.
    Denied,
    /// Auth does not answer.
    Unavailable,
    /// A circuit breaker is open.
    Suspended,
    /// The service that asks has the wrong credentials or none.
    Caller,
    /// The key of the login is wrong.
    Key,
    /// Not in this stage.
    Forbidden,
    UnknownUser,
}

/// One for each kind.
pub type Phrases = [&'static str; 11];

pub const LANGUAGES: [Phrases; 6] = [
    [
        "No access token was supplied",
        "The access token is not valid",
        "The access token cannot be read",
        "The access token has expired",
        "Access denied",
        "The identity provider is not available",
        "Sign-in is suspended for a while",
        "The calling service is not trusted",
        "The key is not valid",
        "Not available in this environment",
        "There is no such user",
    ],
    [
        "Looks like you forgot to sign in!",
        "Hmm, that did not work. Please sign in again.",
        "We could not make sense of what you sent.",
        "Your session has expired. Please sign in again.",
        "Sorry, you cannot come in.",
        "Our sign-in is taking a nap. Try again soon.",
        "Too much went wrong, we pause for a moment.",
        "We do not know who is asking.",
        "That key does not fit.",
        "You cannot do this here.",
        "We have never heard of you.",
    ],
    [
        "Es wurde kein Token übermittelt",
        "Das Token ist ungültig",
        "Das Token ist nicht lesbar",
        "Das Token ist abgelaufen",
        "Zugriff verweigert",
        "Der Anmeldedienst ist nicht erreichbar",
        "Die Anmeldung ist vorübergehend gesperrt",
        "Der aufrufende Dienst ist nicht berechtigt",
        "Der Schlüssel ist falsch",
        "In dieser Umgebung nicht erlaubt",
        "Benutzer unbekannt",
    ],
    [
        "Aucun jeton n'a été fourni",
        "Le jeton n'est pas valable",
        "Le jeton est illisible",
        "Le jeton a expiré",
        "Accès refusé",
        "Le service d'authentification ne répond pas",
        "L'authentification est suspendue pour un moment",
        "Le service appelant n'est pas autorisé",
        "La clé est fausse",
        "Interdit dans cet environnement",
        "Utilisateur inconnu",
    ],
    [
        "Falta el token de acceso",
        "El token de acceso no es válido",
        "El token de acceso es ilegible",
        "El token de acceso ha caducado",
        "Acceso denegado",
        "El servicio de identidad no responde",
        "El acceso está suspendido por un momento",
        "El servicio que llama no es de confianza",
        "La clave es incorrecta",
        "No permitido en este entorno",
        "Usuario desconocido",
    ],
    [
        "トークンがありません",
        "トークンが無効です",
        "トークンを読み取れません",
        "トークンの有効期限が切れています",
        "アクセスが拒否されました",
        "認証サービスが応答しません",
        "認証は一時的に停止しています",
        "呼び出し元のサービスは許可されていません",
        "キーが正しくありません",
        "この環境では利用できません",
        "ユーザーが見つかりません",
    ],
];

/// What codes are made of.
pub const VOCABULARIES: [Phrases; 3] = [
    [
        "token missing",
        "token invalid",
        "token malformed",
        "token expired",
        "access denied",
        "auth unavailable",
        "auth suspended",
        "caller unknown",
        "key invalid",
        "stage forbidden",
        "user not found",
    ],
    [
        "no credentials",
        "bad credentials",
        "unreadable credentials",
        "credentials expired",
        "unauthorized",
        "dependency down",
        "temporarily blocked",
        "untrusted service",
        "bad key",
        "not permitted",
        "unknown account",
    ],
    [
        "login required",
        "login rejected",
        "login garbled",
        "login expired",
        "login failed",
        "login offline",
        "login paused",
        "login by stranger",
        "login key",
        "login disabled",
        "login unknown",
    ],
];

/// The names of the fields of code and message.
pub const NAMES: [(&str, &str); 6] = [
    ("error", "message"),
    ("code", "detail"),
    ("errorCode", "errorMessage"),
    ("reason", "description"),
    ("failure", "explanation"),
    ("fehler", "hinweis"),
];

/// How a code is written.
#[derive(Clone, Copy)]
pub enum Codes {
    Screaming,
    Snake,
    Kebab,
    Dotted,
    Numbers,
    /// The same for whatever is wrong with a token: only the message tells.
    Shared,
}

impl Codes {
    pub const ALL: [Codes; 6] =
        [Codes::Screaming, Codes::Snake, Codes::Kebab, Codes::Dotted, Codes::Numbers, Codes::Shared];

    pub fn code(self, kind: Kind, vocabulary: &Phrases) -> String {
        let stem = vocabulary[kind as usize];
        match self {
            // What blames the expiry does so in its code, so that it can be read in every language.
            Codes::Numbers | Codes::Shared if kind == Kind::Expired => Codes::Snake.code(kind, vocabulary),
            Codes::Screaming => stem.replace(' ', "_").to_uppercase(),
            Codes::Snake => stem.replace(' ', "_"),
            Codes::Kebab => stem.replace(' ', "-"),
            Codes::Dotted => format!("error.{}", stem.replace(' ', ".")),
            Codes::Numbers => format!("E{}", 4_010 + 7 * kind as u16),
            Codes::Shared => match kind {
                Kind::Missing | Kind::Invalid | Kind::Malformed | Kind::Denied => "UNAUTHENTICATED".into(),
                _ => Codes::Screaming.code(kind, vocabulary),
            },
        }
    }
}
