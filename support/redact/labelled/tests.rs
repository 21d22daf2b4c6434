//! Both directions: what is hidden for its name, and what stays though its name says that it is secret.

use crate::redact::Redactor;

fn redacted(text: &str) -> String {
    Redactor::default().redact_body(text)
}

/// Each text has the secret `hunter2` or words in its place, and nothing else that is one.
#[test]
fn a_secret_is_hidden_in_every_way_to_write_a_name_and_its_value() {
    for text in [
        // Source code, and what programs print of their variables.
        "password=b'hunter2'",
        "{'password': b'hunter2', 'user': 'u'}",
        "{'passwords': ['hunter2', 'letmein']}",
        "password: Some(\"hunter2\")",
        "Credentials { user: \"u\", secret: Some(hunter2) }",
        "SecretStr password = SecretStr('hunter2')",
        "[\"password\"]=>\n  string(7) \"hunter2\"",
        "[password] => hunter2",
        "password := []string{\"x\"}; api_key := \"hunter2\"",
        "token = N'hunter2'",
        "password = @\"hunter2\"",
        ":password=>\"hunter2\"",
        "Optional secret: Optional[hunter2]",
        "the password 'hunter2' is wrong",
        "CREATE USER u IDENTIFIED BY 'hunter2'",
        "invalid api_key \"hunter2-of-2025\"",
        "headers.set(\"X-Api-Key\", \"hunter2\")",
        "[('host', 'a.test'), ('authorization', b'Bearer hunter2')]",
        "ImmutableMultiDict([('user', 'u'), ('password', 'hunter2')])",
        "User(name=u, password=hunter2)",
        "{User:u Password:hunter2 Host:a}",
        "Key (api_key)=(hunter2) already exists.",
        "password => Array ( [0] => hunter2 )",
        "s:8:\"password\";s:7:\"hunter2\";",
        "WHERE password LIKE 'hunter2'",
        "Authorization=Bearer hunter2",
        // Sentences.
        "login failed for u with password hunter2",
        "the secret is hunter2.",
        "Password was \"hunter2\".",
        // Settings.
        "- name: DB_PASSWORD\n  value: hunter2\n",
        "[db]\npassword           = hunter2\n",
        "db.password=hunter2\nport=1",
        "password: hunter2",
        "passwords:\n  - hunter2\n  - \"letmein\"\nport: 1",
        "secret: |\n  hunter2\nport: 1",
        "password: correct hunter2 battery",
        "export API_KEYS=hunter2",
        // Command lines.
        "mysql --password hunter2 --host db",
        "['mysql', '--password', 'hunter2']",
        "curl --token=hunter2 http://a.test",
        "curl -u admin:hunter2 http://a.test",
        // Forms in parts.
        "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nhunter2\r\n--b--\r\n",
        "--b\nContent-Disposition: form-data; name=\"api_key\"\nContent-Type: text/plain\n\nhunter2\n--b--\n",
        "b'--b\\r\\nContent-Disposition: form-data; name=\"password\"\\r\\n\\r\\nhunter2\\r\\n--b--'",
        // Tags.
        "<input name=password value=hunter2>",
        "<input name=user value=u><input value='hunter2' name='api_key'/>",
        "<td>password</td><td>hunter2</td>",
        "<password><![CDATA[hunter2]]></password>",
        "<li><b>password</b> hunter2</li>",
        "<tr><th>Password:</th><td><pre>hunter2</pre></td></tr>",
        "<table><tr><th>user</th><th>password</th></tr><tr><td>u</td><td>hunter2</td></tr></table>",
        "<table><tr><td>user</td><td>a</td></tr><tr><td>password</td><td>hunter2</td></tr></table>",
        "<dl><dt>API key</dt><dd><code>hunter2</code></dd></dl>",
        "<dict><key>password</key><string>hunter2</string></dict>",
        "<member><name>password</name><value><string>hunter2</string></value></member>",
        "<property><name>db.password</name><value>hunter2</value></property>",
        // Tables.
        "user,password,role\nu,hunter2,admin\n",
        "user;api_key\n\"u\";\"hunter2\"\n",
        "| user | password |\n|------|----------|\n| u    | hunter2  |\n",
        " user | password \n------+----------\n u    | hunter2\n(1 row)",
        "| password | hunter2 |",
        "password\thunter2\nuser\tu",
        // Headers.
        "Authorization: Digest username=\"u\", response=\"hunter2\"".replace("hunter2", &"6629fae4".repeat(4)).as_str(),
        "Digest username=\"u\", nonce=\"n\", response=\"6629fae49393a05397450978507c4ef1\"",
        // JSON.
        r#"{"passwords":["hunter2","letmein"],"api_keys":["hunter2"]}"#,
        r#"{"password":["letmein"]}"#,
        r#"{"password":{"value":"letmein"}}"#,
        r#"{"detail":[{"type":"string_too_short","loc":["body","password"],"input":"hunter2"}]}"#,
        r#"{"errors":[{"type":"field","msg":"Invalid value","path":"user.password","value":"hunter2"}]}"#,
        r#"{"errors":[{"field":"apiKey","rejectedValue":"hunter2"}]}"#,
        r#"{"args":["login","--password","hunter2"]}"#,
        r#"{"rawHeaders":["host","a.test","Authorization","Bearer hunter2"]}"#,
        r#"{"path":["password"],"context":{"value":"hunter2"}}"#,
        r#"{"ctx":{"field":"password"},"input":"hunter2"}"#,
        r#"{"Key":"Password","Value":"hunter2"}"#,
        r#"{"columns":["user","password"],"rows":[["u","hunter2"]]}"#,
        r#"{"values":[["user","password"],["u","hunter2"]]}"#,
        r#"{"headers":[["host","a.test"],["x-api-key","hunter2"]]}"#,
        r#"{"password_hash":"hunter2"}"#,
    ] {
        let shown = redacted(text);
        let left = ["hunter2", "letmein", "6629fae4", "battery"].into_iter().find(|secret| shown.contains(secret));
        assert_eq!(left, None, "{text}\nbecame\n{shown}");
        assert!(shown.contains("[SECRET]"), "{text}\nbecame\n{shown}");
    }
}

#[test]
fn what_tells_why_it_is_rejected_stays() {
    for text in [
        r#"{"token":"expired"}"#,
        r#"{"signature":"verification failed: the digest differs"}"#,
        r#"{"error":{"token":"Base64UrlDecodeError"},"session":"not_found"}"#,
        r#"{"password":["This field is required.","too common"]}"#,
        r#"{"tokens":4096,"sessions":3,"max_tokens":128000}"#,
        r#"{"code":"ERR_JWT_EXPIRED","token":null}"#,
        r#"{"authorization":"missing","api_key":"No API key found in request"}"#,
        r#"{"loc":["body","password"],"msg":"Field required","type":"missing"}"#,
        r#"{"required":["user","password","email"],"headers":["Authorization","Content-Type"]}"#,
        "the token is invalid, and the password was rejected",
        "Bearer realm=\"api-2025-09\"",
        "<b>Token</b> has expired",
        r#"{"type":"object","properties":{"password":{"type":"string","minLength":8}}}"#,
        "level=warn code=invalid_token session=expired msg=rejected",
        "token: invalid",
        "Invalid token: the exp claim is in the past",
        "error in token: unexpected end of input",
        "password: must have at least 8 characters",
        "the option --password is required",
        "error: the following required arguments were not provided: --token <TOKEN>",
        "mutation Login($password: String!) { login }",
        "Unexpected token '<', \"<html>\" is not valid JSON",
        "at Token::verify (token.rs:12)",
        "org.example.Base64UrlDecodeErrorInTokenVerifier",
        "token = jwt.decode(request)",
        "<h1>Token</h1><p>It has expired.</p>",
        "<label>Password</label><button>Sign in</button>",
        "<td>token</td><td>expired</td>",
        "missing: email, password, username",
        "the fields 'user', 'password', 'email' are required",
        "<dt>signature</dt><dd>verification failed</dd>",
        "name,token\nu,expired\n",
        "Content-Disposition: form-data; name=\"user\"\n\nu\n--b--",
    ] {
        let (shown, parsed) = (redacted(text), |text: &str| serde_json::from_str::<serde_json::Value>(text).ok());
        assert!(
            shown == text || parsed(text).is_some_and(|was| parsed(&shown) == Some(was)),
            "{text}\nbecame\n{shown}"
        );
    }
}
