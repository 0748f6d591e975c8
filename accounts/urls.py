"""The addresses of signing in, of linking and of leaving in a hurry. Every path is neutral.

Of allauth's pages for passkeys and codes only those stand here that Pear has a page for; allauth finds them by name.
"""

from allauth.mfa.base import views as steps
from allauth.mfa.recovery_codes.views import generate_recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from accounts.views import away, invited, link, security, shown_again

urlpatterns = [
    path("link/", link.page, name="link"),
    path("link/open/", link.open_invitation, name="link-open"),
    path("link/revoke/", link.revoke, name="link-revoke"),
    path("link/redeem/", link.redeem, name="link-redeem"),
    path("link/press/", link.press, name="link-press"),
    path("link/undo/", link.undo, name="link-undo"),
    path("link/mail/", link.mail, name="link-mail"),
    path("l/stop/<str:token>/", invited.not_for_me, name="link-not-for-me"),
    path("l/<str:code>/", invited.page, name="link-invited"),
    path("account/sign-in/", security.page, name="mfa_index"),
    path("account/sign-in/lock/", security.lock_set, name="lock-set"),
    path("account/sign-in/device/end/", security.device_end, name="device-end"),
    path("account/sign-in/devices/end/", security.devices_end, name="devices-end"),
    path("account/sign-in/key/new/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("account/sign-in/key/rename/", security.passkey_rename, name="passkey-rename"),
    path("account/sign-in/key/remove/", security.passkey_remove, name="passkey-remove"),
    path("account/sign-in/app/on/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/sign-in/app/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/sign-in/codes/", security.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/sign-in/codes/new/", generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/login/key/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("account/login/step/", steps.authenticate, name="mfa_authenticate"),
    path("account/signup/key/new/", passkeys.signup_webauthn, name="mfa_signup_webauthn"),
    path("account/again/code/", steps.reauthenticate, name="mfa_reauthenticate"),
    path("account/again/key/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/again/mail/", shown_again.by_mail, name="account-again-by-mail"),
    path("account/again/go-on/", shown_again.go_on, name="account-held"),
    path("away/", away.away, name="quick-exit"),
]
