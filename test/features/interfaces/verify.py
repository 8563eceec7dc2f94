# Another system's check of Standard Webhooks signatures, with nothing of the product: a list of {id, timestamp, body, signature, secret}.
import base64, hashlib, hmac, json, sys
def verifies(m):
    key = base64.b64decode(m['secret'].removeprefix('whsec_'))
    signed = f"{m['id']}.{m['timestamp']}.{m['body']}".encode()
    wanted = 'v1,' + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(wanted, one) for one in m['signature'].split(' '))
print(json.dumps([verifies(m) for m in json.load(sys.stdin)]))
