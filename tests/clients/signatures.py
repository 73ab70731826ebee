"""Holds our signatures against those of the official SDKs, both ways.

Cases are generated from a fixed seed. Each is signed by the SDK and by `examples/signatures.rs`, and the results must
be equal; then what the SDK signed is verified by us as it is and with one bit flipped, which must be refused.

Usage: signatures.py COMMAND...    COMMAND starts the example, which reads cases from its standard input.
Needs the packages of requirements.txt. Ends with 1 and a report when anything differs.
"""

import base64
import json
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, quote, urlencode

from azure.batch._patch import BatchSharedKeyAuthPolicy
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.rest import HttpRequest
from azure.storage.blob import (
    AccountSasPermissions,
    BlobSasPermissions,
    ContainerSasPermissions,
    ResourceTypes,
    Services,
    generate_account_sas,
    generate_blob_sas,
    generate_container_sas,
)
from azure.storage.blob._shared.authentication import SharedKeyCredentialPolicy

SEED = 20250601
REQUESTS_EACH = 80
TOKENS_EACH = 60
NAMES = ["report", "a b", "größe", "日本", "x+y", "50%", "q?x=1&y", "#1", "it's", "a=b", "~t.x_y-z", "🦀", "(1)", "a;b,c"]
TEXTS = ["text/plain", "no-cache", "attachment; filename=\"a b.txt\"", "gzip", "de-DE", "größe", "a&b=c+d", "100%", "x"]


def key(draw):
    return base64.b64encode(draw.randbytes(draw.choice([32, 64]))).decode()


def maybe(draw, value):
    return value if draw.random() < 0.5 else None


def rfc1123(draw):
    moment = datetime(2025, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=draw.randrange(40_000_000))
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


def query_text(draw, pairs):
    """The pairs in any order, escaped as the SDKs do it."""
    draw.shuffle(pairs)
    return "&".join(f"{quote(name, safe='$-')}={quote(value, safe=draw.choice(['', '/', ':']))}" for name, value in pairs)


def conditions(draw):
    headers = []
    for name in ["If-Match", "If-None-Match"]:
        headers += [(name, draw.choice(["*", '"0x8DC1"', "0x8DD2"]))] if draw.random() < 0.2 else []
    for name in ["If-Modified-Since", "If-Unmodified-Since"]:
        headers += [(name, rfc1123(draw))] if draw.random() < 0.2 else []
    return headers


def body_headers(draw, kinds):
    length = draw.choice([0, 1, 26, 4096, 268435456])
    headers = [("Content-Length", str(length))]
    if length:
        headers.append(("Content-Type", draw.choice(kinds)))
    for name, value in [("Content-Encoding", "gzip"), ("Content-Language", "de-DE"), ("Content-MD5", "Q2hlY2sgSW50ZWdyaXR5IQ==")]:
        headers += [(name, value)] if draw.random() < 0.2 else []
    return headers


def batch_request(draw):
    method = draw.choice(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
    steps = draw.choice([["pools"], ["pools", None], ["jobs", None, "tasks"], ["jobs", None, "tasks", None, "files", None]])
    names = [f"{draw.choice(NAMES)}{draw.choice(['', '/', chr(92)])}{draw.choice(NAMES)}" for _ in steps]
    path = "".join("/" + (step or quote(name, safe="")) for step, name in zip(steps, names))
    pairs = [("api-version", "2025-06-01.22.0")]
    for name in ["timeOut", "maxresults", "$filter", "$select", "$expand", "$skiptoken", "force", "recursive"]:
        pairs += [(name, draw.choice(["30", "true", "id eq 'a+b'", "größe", "a,b", "x:y/z=", ""]))] if draw.random() < 0.3 else []
    # A name that stands there twice: the SDK signs the first value.
    pairs += [("$orderby", "id"), ("$orderby", "state")] if draw.random() < 0.1 else []
    headers = [("ocp-date", rfc1123(draw))] + conditions(draw)
    headers += [("ocp-range", f"bytes=0-{draw.randrange(9999)}")] if draw.random() < 0.3 else []
    headers += [("client-request-id", "not signed")] if draw.random() < 0.5 else []
    if method not in ("GET", "HEAD") and draw.random() < 0.8:
        headers += body_headers(draw, ["application/json; odata=minimalmetadata"])
    draw.shuffle(headers)
    return {"method": method, "path": path, "query": query_text(draw, pairs), "headers": headers}


def blob_request(draw):
    method = draw.choice(["GET", "HEAD", "PUT", "DELETE"])
    path = f"/{draw.choice(['input', 'a-1-b', '$root'])}"
    path += "".join("/" + quote(draw.choice(NAMES), safe=draw.choice(["~", "~()'"])) for _ in range(draw.randrange(4)))
    pairs = []
    for name, values in [
        ("comp", ["list", "block", "blocklist", "metadata", "lease", "properties"]),
        ("restype", ["container", "service"]),
        ("blockid", ["AAAA+/8=", "MDAwMQ=="]),
        ("prefix", ["größe/", "a b", "x+y", ""]),
        ("timeout", ["30"]),
        ("include", ["metadata,snapshots", "tags"]),
        ("marker", ["2!76!MDAwMDA0!", "a&b=c"]),
    ]:
        pairs += [(name, draw.choice(values))] if draw.random() < 0.4 else []
    headers = [("x-ms-date", rfc1123(draw)), ("x-ms-version", draw.choice(["2019-12-12", "2022-11-02", "2025-11-05"]))]
    headers += conditions(draw)
    headers += [("x-ms-range", f"bytes=4-{4 + draw.randrange(9999)}")] if draw.random() < 0.4 else []
    seen = set()
    for _ in range(draw.randrange(5)):
        name = "".join(draw.choice("abzABZ019_-") for _ in range(draw.randrange(1, 6)))
        if name.lower() not in seen:
            seen.add(name.lower())
            headers.append((f"x-ms-meta-{name}", draw.choice(["one", "a  b", "x=1; y", "Zm9v", "%C3%B6"])))
    for name, value in [("x-ms-blob-type", "BlockBlob"), ("x-ms-blob-content-type", "text/plain"), ("x-ms-client-request-id", "c 1")]:
        headers += [(name, value)] if draw.random() < 0.4 else []
    if method == "PUT":
        headers += body_headers(draw, ["application/octet-stream", "text/plain; charset=UTF-8"])
    draw.shuffle(headers)
    return {"method": method, "path": path, "query": query_text(draw, pairs), "headers": headers}


def sdk_authorization(policy, request):
    url = f"https://account.example{request['path']}" + (f"?{request['query']}" if request["query"] else "")
    sent = HttpRequest(request["method"], url, headers=dict(request["headers"]))
    policy.on_request(PipelineRequest(sent, PipelineContext(None)))
    return sent.headers["Authorization"]


def request_case(draw, service):
    account, secret = draw.choice(["acct", "batchite01"]), key(draw)
    request = (batch_request if service == "batch" else blob_request)(draw)
    if service == "batch":
        policy = BatchSharedKeyAuthPolicy(AzureNamedKeyCredential(account, secret))
    else:
        policy = SharedKeyCredentialPolicy(account, secret)
    authorization = sdk_authorization(policy, request)
    start, signature = authorization.rsplit(":", 1)
    flipped = f"{start}:{flip(draw, signature)}"

    def ours(work, **more):
        return {"account": account, "key": secret, "work": {f"{work}_{service}": request | more}}

    return [
        (ours("sign"), lambda found: found == authorization, authorization),
        (ours("verify", authorization=authorization), lambda found: found == "accepted", "accepted"),
        (ours("verify", authorization=flipped), refused_for("MAC signature"), "a refusal of the signature"),
    ]


def flip(draw, signature):
    octets = bytearray(base64.b64decode(signature))
    octets[draw.randrange(len(octets))] ^= 1 << draw.randrange(8)
    return base64.b64encode(octets).decode()


def refused_for(reason):
    return lambda found: found.startswith("refused: AuthenticationFailed") and reason in found


def letters(draw, known):
    return "".join(letter for letter in known if draw.random() < 0.4) or known[0]


def token_case(draw, kind):
    account, secret = draw.choice(["acct", "batchite01"]), key(draw)
    container = draw.choice(["input", "a-1-b", "$root"])
    blob = "/".join(draw.choice(NAMES) for _ in range(draw.randrange(1, 4)))
    start = datetime(2025, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=draw.randrange(10_000_000))
    expiry = start + timedelta(seconds=draw.randrange(2, 10_000_000))
    shown_now = start + timedelta(seconds=1)
    first, last = sorted(draw.sample(range(1, 250), 2))
    ip = draw.choice([None, f"10.0.0.{first}", f"10.0.0.{first}-10.0.0.{last}"])
    policy = draw.choice([None, None, "größe-1", "read only"]) if kind != "account" else None
    by_policy = policy is not None and draw.random() < 0.7
    options = {
        "ip": ip,
        "protocol": draw.choice([None, "https", "https,http"]),
        "encryption_scope": maybe(draw, "scope-1"),
        "start": maybe(draw, start),
        "expiry": None if by_policy else expiry,
    }
    if kind != "account":
        options["policy_id"] = policy
        for name in ["cache_control", "content_disposition", "content_encoding", "content_language", "content_type"]:
            options[name] = draw.choice(TEXTS) if draw.random() < 0.3 else None

    resource_type = "o"
    snapshot = f"{text_of(start)[:-1]}.{draw.randrange(10_000_000):07}Z" if kind == "snapshot" else None
    if kind == "account":
        # The order of an account's letters is free and the SDKs differ in that of `t` and `f`, so one of them at most.
        granted = AccountSasPermissions.from_string(letters(draw, "rwdxylacupi" + draw.choice("tf")))
        services = Services.from_string("b" + draw.choice(["", "q", "f", "qf"]))
        types = ResourceTypes.from_string(letters(draw, "sco"))
        resource_type = draw.choice(str(types))

        def sign(**changed):
            return generate_account_sas(account, secret, types, granted, services=services, **options | changed)

        extra = {"services": str(services), "resource_types": str(types)}
    elif kind in ("blob", "snapshot"):
        granted = BlobSasPermissions.from_string(letters(draw, "racwdxytmei"))

        def sign(**changed):
            return generate_blob_sas(account, container, blob, snapshot=snapshot, account_key=secret, permission=None if by_policy else granted, **options | changed)

        extra = {"container": container, "blob": blob, "snapshot": snapshot}
    else:
        granted = ContainerSasPermissions.from_string(letters(draw, "racwdxyltfmei"))

        def sign(**changed):
            return generate_container_sas(account, container, account_key=secret, permission=None if by_policy else granted, **options | changed)

        extra = {"container": container}

    token = sign()
    fields = dict(parse_qsl(token, strict_parsing=True))
    ours = {name: value for name, value in options.items() if name not in ("ip", "policy_id")}
    ours |= {"start": text_of(options["start"]), "expiry": text_of(options["expiry"]), "policy": policy, "version": fields["sv"]}
    ours |= {"permissions": None if by_policy else str(granted)} | extra
    if ip:
        ours |= dict(zip(["first_ip", "last_ip"], ip.split("-")))

    # Texts of times are signed as they are written, so that other ways to write them must be verified as well.
    written = options["expiry"] and draw.choice([expiry, expiry.strftime("%Y-%m-%d") + "T23:59Z", expiry.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")])
    if draw.random() < 0.3:
        token = sign(expiry=written)
        fields = dict(parse_qsl(token, strict_parsing=True))
    shown = {
        "container": container,
        # The token of a container or an account is shown with a request for a blob too.
        "blob": blob if kind in ("blob", "snapshot") or draw.random() < 0.5 else None,
        "snapshot": snapshot,
        "resource_type": resource_type,
        "permission": str(granted)[0],
        "now": text_of(shown_now),
        "source_ip": f"10.0.0.{draw.choice([first, last]) if ip and '-' in ip else first}",
        "policy": policy,
    }
    flipped = urlencode(fields | {"sig": flip(draw, fields["sig"])}, quote_via=quote)
    narrowed = urlencode(fields | draw.choice([{"st": "2024-12-31T00:00:00Z"}, {"spr": "https" if fields.get("spr") != "https" else "https,http"}]), quote_via=quote)

    def case(**work):
        return {"account": account, "key": secret, "work": work}

    reason = "Signature did not match"
    expected = sorted(parse_qsl(sign(), strict_parsing=True))
    return [
        (case(make_sas=ours), lambda found: sorted(parse_qsl(found)) == expected, sign()),
        (case(verify_sas=shown | {"token": token}), lambda found: found == "accepted", "accepted"),
        (case(verify_sas=shown | {"token": flipped}), refused_for(reason), "a refusal of the signature"),
        (case(verify_sas=shown | {"token": narrowed}), refused_for(reason), "a refusal of the signature"),
    ]


def text_of(moment):
    return moment and moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def main(command):
    draw = random.Random(SEED)
    generated = [request_case(draw, service) for service in ("batch", "blob") for _ in range(REQUESTS_EACH)]
    generated += [token_case(draw, kind) for kind in ("blob", "snapshot", "container", "account") for _ in range(TOKENS_EACH)]
    checks = [check for case in generated for check in case]
    text = json.dumps([case for case, _, _ in checks])
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)
    answers = json.loads(done.stdout)
    if len(answers) != len(checks):
        sys.exit(f"signatures: {len(checks)} cases, {len(answers)} answers")
    wrong = [(case, found, expected) for (case, holds, expected), found in zip(checks, answers) if not holds(found)]
    for case, found, expected in wrong[:5]:
        print(f"case      {json.dumps(case['work'], ensure_ascii=False)}\nours      {found}\nexpected  {expected}\n", file=sys.stderr)
    if wrong:
        sys.exit(f"signatures: {len(wrong)} of {len(checks)} checks differ")
    print(f"signatures: {len(generated)} cases equal")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
