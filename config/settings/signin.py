"""Who signs in and how: passwords, django-allauth's flows, what locks and what asks again, on whatever machine."""

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.signin.passwords.GuessablePasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "agenda"
LOGOUT_REDIRECT_URL = "agenda"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupStatements"
ACCOUNT_FORMS = {
    "signup": "accounts.signin.signup_form.SignUpForm",
    "login": "accounts.signin.address_forms.SignInForm",
    "request_login_code": "accounts.signin.address_forms.SignInCodeForm",
    "reset_password": "accounts.signin.address_forms.ResetForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 900
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False  # would tell a known address from a new one
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # known and unknown addresses cost the same time: both get a mail
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the device at hand stays; accounts.signin.receivers ends the others
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "link_redeem": "10/h/user,60/h/ip",
    "link_mail": "5/d/user",
    "link_mail_to": "3/d/key",
    "offer": "60/h/user",
}

# Passkeys, app codes and recovery codes.
MFA_ADAPTER = "accounts.signin.second_step.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Pear"  # the name in an authenticator app and beside a passkey
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "add_webauthn": "accounts.signin.passkey_forms.AddPasskeyForm",
    "signup_webauthn": "accounts.signin.passkey_forms.SignupPasskeyForm",
    "login_webauthn": "accounts.signin.passkey_forms.LoginPasskeyForm",
    "authenticate_webauthn": "accounts.signin.passkey_forms.StepPasskeyForm",
    "reauthenticate_webauthn": "accounts.signin.passkey_forms.AgainPasskeyForm",
    "edit_webauthn": "accounts.signin.passkey_forms.RenamePasskeyForm",
}
USERSESSIONS_TRACK_ACTIVITY = False  # a list of devices, not a log of movements
DEVICE_COOKIE_NAME = "device"
MESSAGE_STORAGE = "accounts.said.SaidStorage"
MESSAGE_COOKIE_NAME = "said"

# What a session that was left alone still lets through: everything that closes, the ways in and out, and pages that
# show nothing of anybody. (Links in mails carry their own authority.)
LOCK_PASSES = frozenset(
    {
        *("time-free", "time-tuck", "break-set", "leave", "feed-revoke", "link-revoke", "link-undo"),
        *("quiet", "notes-set", "agreement-withdraw"),
        *("mail-link", "mail-stop", "link-not-for-me", "link-invited"),
        *("push-free", "push-away", "device-end", "devices-end", "quick-exit", "account_logout"),
        *("help", "robots", "healthz", "readyz", "worker", "manifest", "offline"),
        *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account-again-by-mail"),
    }
)
# What asks once more who it is, unless that was shown within the last five minutes: to be opened at all, or to act.
# Nothing that closes is among them. (Allauth asks by itself before a change of address.)
STEP_UP_TO_SEE = frozenset(
    {
        *("account-export", "account-delete", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn"),
        *("mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
    }
)
STEP_UP_TO_ACT = frozenset(
    {"feed-create", "feed-rotate", "account_email", "account_set_password", "passkey-rename", "passkey-remove"}
)
