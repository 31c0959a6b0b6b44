"""Where nothing is posted: private networks in every disguise, other schemes and ports, redirects."""

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from tests.standins.fixtures import receiver
from tests.standins.subscriber import Receiver
from tests.standins.web import Behaviour
from wangguan.notify.channels import outward
from wangguan.notify.channels.outward import BadAddress, Unreached

__all__ = ["receiver"]

PUBLIC = "93.184.215.14"
PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "224.0.1.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.88.99.1", "::", "::1", "::127.0.0.1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001::1", "2001:db8::1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "5f00::1", "nonsense", "",
]  # fmt: skip


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What the resolver says; a name that is not there is not known."""
    known: dict[str, list[str]] = {"hooks.example.cn": [PUBLIC]}

    def resolve(host: str, port: int) -> list[str]:
        if host not in known:
            raise OSError
        return known[host]

    monkeypatch.setattr(outward, "resolve", resolve)
    return known


@pytest.fixture(autouse=True)
def _no_stand_ins(settings: Settings) -> None:
    """As in production."""
    settings.WEBHOOK_LOOPBACK = False


# --- addresses ---------------------------------------------------------------------------
@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_not_public(address: str) -> None:
    assert not outward.is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8"])
def test_a_public_address_is_public(address: str) -> None:
    assert outward.is_public(address)


@pytest.mark.parametrize("address", [address for address in PRIVATE if address])
def test_a_name_that_leads_to_a_private_address_is_refused(names: dict[str, list[str]], address: str) -> None:
    names["hooks.example.cn"] = [PUBLIC, address]
    with pytest.raises(BadAddress) as refused:
        outward.check("https://hooks.example.cn/")
    assert refused.value.code == "private_address"


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.cn/",
        "ftp://hooks.example.cn/",
        "file:///etc/passwd",
        "gopher://hooks.example.cn/",
        "https://hooks.example.cn:80/",
        "https://hooks.example.cn:6379/",
        "https://user@hooks.example.cn/",
        "https://user:word@hooks.example.cn/",
        "https://hooks.example.cn/#part",
        "https://hooks.example.cn/#",
        "https://hooks.example.cn\\@127.0.0.1/",
        "https://hooks.example.cn /",
        "https://hooks.example.cn/\r\nX: y",
        "https://hooks.example.cn/\x00",
        "https://127.0.0.1/",
        "https://8.8.8.8/",
        "https://[::1]/",
        "https://[2400:3200::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://①②⑦.⓪.⓪.①/",
        "https://localhost/",
        "https://redis/",
        "https://hooks.example.0x7f/",
        "https:///",
        "https://",
        "hooks.example.cn",
        "//hooks.example.cn/",
        "",
        "https://hooks.example.cn/" + "x" * 500,
    ],
)
def test_what_is_no_public_https_address_is_refused(names: dict[str, list[str]], url: str) -> None:
    with pytest.raises(BadAddress):
        outward.check(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.cn/a?b=c",
        "https://hooks.example.cn:443/",
        "https://hooks.example.cn:8443/",
        "https://HOOKS.example.cn/",
    ],
)
def test_a_public_name_is_taken(names: dict[str, list[str]], url: str) -> None:
    outward.check(url)


def test_an_unknown_name_is_said(names: dict[str, list[str]]) -> None:
    with pytest.raises(BadAddress) as refused:
        outward.check("https://nowhere.example.cn/")
    assert refused.value.code == "no_such_name"


def test_the_stand_in_is_refused_outside_demo_and_tests(receiver: Receiver) -> None:
    with pytest.raises(BadAddress):
        outward.post(receiver.url, b"{}", headers={})
    assert receiver.requests == []


def test_plain_http_is_for_this_machine_alone(settings: Settings) -> None:
    settings.WEBHOOK_LOOPBACK = True
    with pytest.raises(BadAddress):
        outward.check("http://192.168.1.1/")


# --- connecting --------------------------------------------------------------------------
class Elsewhere(httpcore.SyncBackend):
    """Notes where a connection would go, and leads it to the test's own server."""

    def __init__(self, port: int) -> None:
        self.port, self.asked = port, list[str]()

    def connect_tcp(self, host: str, port: int, *args: object, **options: object) -> httpcore.NetworkStream:
        self.asked.append(host)
        return super().connect_tcp("127.0.0.1", self.port, 2.0)


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Receiver, Elsewhere]]:
    """A receiver that speaks TLS as hooks.example.cn, reached at whatever public address is asked for."""
    certificate = _certificate(tmp_path / "own.pem", "hooks.example.cn")
    with Receiver() as receiver:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        receiver._server.socket = context.wrap_socket(receiver._server.socket, server_side=True)
        line = Elsewhere(receiver._server.server_port)
        monkeypatch.setattr(httpcore, "SyncBackend", lambda: line)
        monkeypatch.setattr(outward, "trusted", lambda: ssl.create_default_context(cafile=certificate))
        yield receiver, line


def _certificate(path: Path, name: str) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(pem + built.public_bytes(serialization.Encoding.PEM))
    return str(path)


def test_the_connection_goes_to_the_judged_address_and_speaks_to_the_name(
    names: dict[str, list[str]], secure: tuple[Receiver, Elsewhere]
) -> None:
    receiver, line = secure
    assert outward.post("https://hooks.example.cn/hook", b"{}", headers={}).status == 200
    assert line.asked == [PUBLIC]
    assert receiver.requests[0].headers["Host"] == "hooks.example.cn"


def test_a_certificate_of_another_name_is_refused(
    names: dict[str, list[str]], secure: tuple[Receiver, Elsewhere]
) -> None:
    names["other.example.cn"] = [PUBLIC]
    with pytest.raises(Unreached):
        outward.post("https://other.example.cn/hook", b"{}", headers={})
    assert secure[0].requests == []


def test_a_name_that_changes_after_the_check_is_refused(
    monkeypatch: pytest.MonkeyPatch, secure: tuple[Receiver, Elsewhere]
) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    monkeypatch.setattr(outward, "resolve", lambda host, port: next(answers))
    outward.check("https://hooks.example.cn/")
    with pytest.raises(BadAddress):
        outward.post("https://hooks.example.cn/", b"{}", headers={})
    assert secure[1].asked == []


def test_the_name_is_looked_up_once_for_a_connection(
    monkeypatch: pytest.MonkeyPatch, secure: tuple[Receiver, Elsewhere]
) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    monkeypatch.setattr(outward, "resolve", lambda host, port: next(answers))
    outward.post("https://hooks.example.cn/", b"{}", headers={})
    assert secure[1].asked == [PUBLIC]


def test_a_redirect_is_told_and_not_followed(
    names: dict[str, list[str]], secure: tuple[Receiver, Elsewhere]
) -> None:
    receiver, line = secure
    receiver.will(Behaviour(status=307, headers={"Location": "https://169.254.169.254/"}))
    assert outward.post("https://hooks.example.cn/", b"{}", headers={}).status == 307
    assert line.asked == [PUBLIC]


def test_a_proxy_of_the_environment_is_not_asked(
    names: dict[str, list[str]], secure: tuple[Receiver, Elsewhere], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert outward.post("https://hooks.example.cn/", b"{}", headers={}).status == 200


def test_the_real_resolver_reads_numbers_as_addresses() -> None:
    """Why a name must not look like a number: the resolver would take `0x7f.1` for 127.0.0.1."""
    assert [*outward.resolve("0x7f.1", 443)] == ["127.0.0.1"]
    assert ipaddress.ip_address("127.0.0.1").is_loopback
