"""The operator's key for profiles, read once at the start."""

from bot.config import Settings, SettingsError
from bot.formats.errors import FormatError
from bot.render.settings_files import Signature

CERTIFICATE = "LISTONOSZ_PROFILE_CERTIFICATE"
KEY = "LISTONOSZ_PROFILE_KEY"


def load_signature(settings: Settings) -> Signature | None:
    """What signs profiles; None where nothing is set. SettingsError names what is wrong."""
    certificate, key = settings.profile_certificate, settings.profile_key
    if certificate is None and key is None:
        return None
    if certificate is None:
        raise SettingsError(CERTIFICATE, "")
    if key is None:
        raise SettingsError(KEY, "")
    from bot.formats.profile_signature import read_signer  # takes a moment: only who signs pays

    try:
        signer = read_signer(certificate.read_bytes(), key.read_bytes())
    except OSError as error:
        unread = KEY if str(error.filename) == str(key) else CERTIFICATE
        raise SettingsError(unread, str(error.filename)) from None
    except FormatError as error:
        if error.reason == "no-certificate":
            raise SettingsError(CERTIFICATE, str(certificate)) from None
        raise SettingsError(KEY, str(key)) from None
    return signer.sign
