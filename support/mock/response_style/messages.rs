//! The same errors in several languages and tones, and with several formats of codes.

/// The meaning of an error response. The tables below are in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mock) enum ErrorKind {
    MissingToken,
    InvalidToken,
    Malformed,
    Expired,
    /// Missing or invalid; the response does not tell which.
    Denied,
    /// Auth does not respond.
    AuthUnavailable,
    /// A circuit breaker is open.
    Suspended,
    /// The calling service has wrong service credentials or none.
    CallingService,
    /// The bypass key of the login is wrong.
    BypassKey,
    /// Not in this stage.
    Forbidden,
    UnknownUser,
    /// The verifier ended in an exception.
    VerifierError,
    /// The verifier has no key of that `kid`.
    UnknownKey,
}

/// One for each kind.
pub(super) type Messages = [&'static str; 13];

pub(super) const LANGUAGES: [Messages; 6] = [
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
        "An internal error occurred",
        "The key of the access token is not known",
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
        "Something broke on our side.",
        "We have never seen the key of your pass.",
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
        "Interner Fehler",
        "Der Schlüssel des Tokens ist unbekannt",
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
        "Erreur interne",
        "La clé du jeton est inconnue",
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
        "Error interno",
        "La clave del token es desconocida",
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
        "内部エラーが発生しました",
        "トークンの鍵が不明です",
    ],
];

/// The words of a code.
pub(super) const CODE_WORDS: [Messages; 3] = [
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
        "internal error",
        "unknown key",
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
        "unexpected condition",
        "no matching key",
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
        "login broken",
        "login without key",
    ],
];

/// The names of the fields for code and message.
pub(super) const FIELD_NAMES: [(&str, &str); 6] = [
    ("error", "message"),
    ("code", "detail"),
    ("errorCode", "errorMessage"),
    ("reason", "description"),
    ("failure", "explanation"),
    ("fehler", "hinweis"),
];

/// How a code is written.
#[derive(Clone, Copy)]
pub(super) enum CodeFormat {
    Screaming,
    Snake,
    Kebab,
    Dotted,
    Numbers,
    /// One code for every error of a token but an expired one: only the message differs.
    Shared,
}

impl CodeFormat {
    pub(super) const ALL: [CodeFormat; 6] = [
        CodeFormat::Screaming,
        CodeFormat::Snake,
        CodeFormat::Kebab,
        CodeFormat::Dotted,
        CodeFormat::Numbers,
        CodeFormat::Shared,
    ];

    pub(super) fn code(self, kind: ErrorKind, words: &Messages) -> String {
        let stem = words[kind as usize];
        match self {
            // A response that reports an expired token does so in its code, so that it can be read in every language.
            CodeFormat::Numbers | CodeFormat::Shared if kind == ErrorKind::Expired => {
                CodeFormat::Snake.code(kind, words)
            }
            CodeFormat::Screaming => stem.replace(' ', "_").to_uppercase(),
            CodeFormat::Snake => stem.replace(' ', "_"),
            CodeFormat::Kebab => stem.replace(' ', "-"),
            CodeFormat::Dotted => format!("error.{}", stem.replace(' ', ".")),
            CodeFormat::Numbers => format!("E{}", 4_010 + 7 * kind as u16),
            CodeFormat::Shared => match kind {
                ErrorKind::MissingToken
                | ErrorKind::InvalidToken
                | ErrorKind::Malformed
                | ErrorKind::Denied
                | ErrorKind::UnknownKey => "UNAUTHENTICATED".into(),
                _ => CodeFormat::Screaming.code(kind, words),
            },
        }
    }
}
