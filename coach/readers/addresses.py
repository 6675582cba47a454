"""Addresses such as ``s3://bucket/calls``: telling them from paths, opening what they lead to, saying what went wrong.

Whatever fsspec has a file system for can be an address. Nothing of fsspec is loaded where only paths are named.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

# Two letters or more: "C:\\calls" is a path. Chains of fsspec ("zip://...::s3://...") are no addresses here.
ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
MAGIC = re.compile(r"[*?[]")
LOCAL = ("file", "local")
WEB = ("http", "https")
# Names before an "@" are secret here, or may be; elsewhere ("abfs://container@account/...") only with a password.
USER = re.compile(r"(?<=://)[^/?#]*@")
# Libraries put addresses into their errors, signed queries and all, and spell them in their own way.
IN_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://[^\s'\"<>]+")
EXTRAS = {
    "s3": "s3",
    "s3a": "s3",
    "gs": "gcs",
    "gcs": "gcs",
    "abfs": "azure",
    "abfss": "azure",
    "az": "azure",
}
CREDENTIALS = {
    "s3": "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; for a public bucket set"
    " FSSPEC_S3_ANON=true.",
    "gcs": "Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a key file.",
    "azure": "Set AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN.",
}
# The libraries below have no error class in common, and none of them need be installed: these are told by their names.
NO_CREDENTIALS = frozenset(
    "NoCredentialsError PartialCredentialsError CredentialRetrievalError ProfileNotFound TokenRetrievalError"
    " SSOTokenLoadError UnauthorizedSSOTokenError DefaultCredentialsError RefreshError ClientAuthenticationError"
    " CredentialUnavailableError".split()
)
NOT_REACHED = frozenset(
    "EndpointConnectionError ConnectTimeoutError ReadTimeoutError ConnectionClosedError ProxyConnectionError SSLError"
    " HTTPClientError ClientConnectionError ClientConnectorError ServerDisconnectedError ServiceRequestError"
    " ServiceResponseError TransportError FSTimeoutError gaierror herror SSHException".split()
)
UNSET = "unable to connect to account for Must provide either a connection_string or account_name"
LONGEST = 300
STATUS = {401: "denied", 403: "denied", 404: "missing", 410: "missing"}


class Trouble(NamedTuple):
    """Why an address cannot be used: the cause, what to do about it, and whether all of the store is concerned."""

    cause: str
    remedy: str
    is_of_store: bool


class FileSystem(NamedTuple):
    """A file system of fsspec, and the path in it that an address stands for."""

    files: Any
    root: str


def protocol_of(path: str) -> str:
    """Return the protocol that ``path`` begins with as an address does, in small letters, ``""`` for a path.

    A file on this machine of the very name is a path.
    """
    match = ADDRESS.match(path)
    return match[1].lower() if match and not os.path.isfile(path) else ""


def is_address(path: str) -> bool:
    """Tell whether ``path`` leads somewhere else than into the folders of this machine; ``file://`` does not."""
    return protocol_of(path) not in ("", *LOCAL)


def normal(path: str) -> str:
    """Return the path that a ``file://`` address stands for, other addresses with their protocol in small letters."""
    protocol = protocol_of(path)
    path = protocol + path[len(protocol) :]
    if protocol not in LOCAL:
        return path
    from fsspec.implementations.local import LocalFileSystem

    return str(LocalFileSystem._strip_protocol(path))


def shown_address(path: str) -> str:
    """Return ``path`` without what must not be told: names and passwords, and the signed queries of web addresses."""
    protocol = protocol_of(path)
    if not protocol:
        return path
    user = USER.search(path)
    if user and (protocol in WEB or ":" in user[0]):
        path = path.replace(user[0], "", 1)
    return re.split(r"[?#]", path, maxsplit=1)[0] if protocol in WEB else path


def file_system(address: str) -> FileSystem:
    """Return the file system behind ``address``, and its path there.

    Raises:
        Exception: of any kind; ``trouble`` says what it means.
    """
    from fsspec.core import url_to_fs

    files, root = url_to_fs(address)
    return FileSystem(files, str(root))


def places(address: str, files: Any) -> tuple[str, str]:
    """Return the folder that ``address`` is in or is, before any pattern in it: as an address, and as a path there.

    What lies below it has the same rest in both, so that listing keeps all that the address says (host, account).
    """
    base = address
    if magic := MAGIC.search(address, len(protocol_of(address)) + 3):
        base = address[: max(address.rfind("/", 0, magic.start()), address.find("://") + 2) + 1]
    bare = base if base.endswith("://") else base.rstrip("/")
    root = str(files._strip_protocol(base)).rstrip("/")
    return (f"{bare}/" if root and not bare.endswith("/") else bare), (f"{root}/" if root else "")


def trouble(error: BaseException, address: str, doing: str = "opened") -> Trouble:
    """Return what ``error`` means for a person who named ``address``; credentials in it are never told."""
    protocol = protocol_of(address)
    extra = EXTRAS.get(protocol, "")
    chain = list(_chain(error))
    names = {kind.__name__ for each in chain for kind in type(each).__mro__}
    status = next((STATUS[code] for each in chain if (code := _status(each)) in STATUS), "")
    if isinstance(error, ImportError):
        return _not_installed(protocol, extra, error)
    if isinstance(error, ValueError) and "Protocol not known" in str(error):
        remedy = "Name files and folders, or an address such as s3://, gs://, abfs:// or https://."
        return Trouble(f'"{protocol}" is no kind of address that is known here', remedy, True)
    if names & NO_CREDENTIALS or UNSET in str(error):
        return Trouble(
            "no credentials for it were found, or they are not valid any more",
            CREDENTIALS.get(extra, "See docs/object-stores.md for where credentials are looked for."),
            True,
        )
    if status == "denied" or any(isinstance(each, PermissionError) for each in chain):
        return Trouble(
            f"access is denied{_words(error, address)}",
            "Check its name, and that your credentials allow to list and to read it.",
            False,
        )
    # Web addresses that cannot be reached are said to be missing, with the cause behind.
    if names & NOT_REACHED or any(isinstance(each, ConnectionError | TimeoutError) for each in chain):
        return Trouble(
            "the server cannot be reached",
            "Check the network, the address, and an endpoint that may be set (AWS_ENDPOINT_URL).",
            True,
        )
    if status == "missing" or any(isinstance(each, FileNotFoundError) for each in chain):
        if "bucket" in str(error).lower() or "container" in str(error).lower():
            return Trouble("there is no such bucket", "Check its name.", False)
        return Trouble("there is no such file or folder", "Check the spelling.", False)
    return Trouble(f"cannot be {doing}{_words(error, address)}", "Check the address, and try again.", False)


def _not_installed(protocol: str, extra: str, error: ImportError) -> Trouble:
    if extra:
        remedy = f"Install what is needed: pip install 'call-coach[{extra}]'"
    elif protocol in WEB:
        remedy = "Install what is needed: pip install aiohttp"
    else:
        remedy = f"Install what is needed. {error}"
    return Trouble(f"what reads {protocol}:// addresses is not installed", remedy, True)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield ``error`` and what it came from."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or each.__context__


def _status(error: BaseException) -> int:
    """Return the status of HTTP that ``error`` tells of, 0 where there is none."""
    told = (getattr(error, name, None) for name in ("status", "status_code", "code"))
    return next((code for code in told if isinstance(code, int)), 0)


def _words(error: BaseException, address: str) -> str:
    """Return the words of ``error`` in brackets and in one line, without secrets of ``address``."""
    told = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
    told = IN_WORDS.sub(lambda found: shown_address(found[0]), told.replace(address, shown_address(address)))
    words = " ".join(told.split())[:LONGEST]
    return "" if words == shown_address(address) else f" ({words})"
