"""The identity provider as the settings name it."""

import pytest

from sixfold.app.wiring import provider_of
from sixfold.kernel.settings import BadSetting, read_settings

GIVEN = {"SIXFOLD_OIDC_ISSUER": "https://id.example/realm", "SIXFOLD_OIDC_CLIENT_ID": "sixfold"}


def test_there_is_none_unless_it_is_set() -> None:
    assert provider_of(read_settings({})) is None


def test_it_knows_us_by_our_public_address() -> None:
    more = {"SIXFOLD_PUBLIC_URL": "https://images.example/", "SIXFOLD_OIDC_HOSTS": "A.example, b.example"}
    provider = provider_of(read_settings({**GIVEN, **more, "SIXFOLD_OIDC_CLIENT_SECRET": "not to be shown"}))
    assert provider is not None
    assert provider.callback == "https://images.example/api/session/oidc/callback"
    assert provider.hosts == {"a.example", "b.example"}
    assert "not to be shown" not in repr(provider)


@pytest.mark.parametrize("wrong", [
    {"SIXFOLD_OIDC_ISSUER": "http://id.example"}, {"SIXFOLD_OIDC_CLIENT_ID": ""}, {"SIXFOLD_OIDC_AUDIENCE": "sixfold"},
    {"SIXFOLD_OIDC_SCOPES": "profile"},
])  # fmt: skip
def test_what_cannot_be_used_stops_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSetting):
        provider_of(read_settings({**GIVEN, **wrong}))
