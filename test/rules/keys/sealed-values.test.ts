// A sealed value says what it was sealed with; old and new keys are read side by side; nothing that was changed opens.
import { createCipheriv, createHash, createHmac, createSecretKey, hkdfSync } from 'node:crypto'
import t from 'tap'
import { sm4 } from '../../../src/db/keys/ciphers.ts'
import { headerBytes, headerOf } from '../../../src/db/keys/rules/header.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { algorithms, maxKey, type DataKey } from '../../../src/domain/data-key.ts'

const first = Buffer.alloc(32, 7)
const national: DataKey = { id: 2, algorithm: 'sm', bytes: Buffer.alloc(32, 8) }
const third: DataKey = { id: 3, algorithm: 'aes', bytes: Buffer.alloc(32, 9) }
const number = '+8613900001002'

function sealingWith (writes: number, ...keys: DataKey[]) {
  const sealing = createSealing(first)
  sealing.hold(keys)
  sealing.writeUnder(writes)
  return sealing
}

t.test('SM4 and SM3 are those of GB/T 32907 and GB/T 32905: the examples of their annexes', async t => {
  const key = Buffer.from('0123456789abcdeffedcba9876543210', 'hex')
  // A chain over zeros enciphers the first block again and again.
  const chained = sm4(createSecretKey(key), Buffer.alloc(16), Buffer.concat([key, Buffer.alloc(16 * 999_999)]))
  t.equal(chained.subarray(0, 16).toString('hex'), '681edf34d206965e86b3e94f536e4246')
  t.equal(chained.subarray(16 * 999_999, 16_000_000).toString('hex'), '595298c7c6fd271f0402f804c33d3f66', 'a million times over')
  t.equal(createHash('sm3').update('abc').digest('hex'), '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0')
  t.equal(createHash('sm3').update('abcd'.repeat(16)).digest('hex'), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732')
})

t.test('a value under SM keys is put together as written down: another program makes and reads the same bytes', async t => {
  const sealing = sealingWith(2, national)
  // HMAC-SM3 and HKDF-SM3 written out in another language gave these bytes.
  t.equal(sealing.fingerprint(number).toString('hex'),
    '01020002' + '4b21acccccc02e6e81158ce44d2cd4b30eac600c44ef7ece004a0c8dc556eafa')
  const derived = (purpose: string, length: number): Buffer => Buffer.from(hkdfSync('sm3', national.bytes, '', purpose, length))
  const [header, iv] = [Buffer.from('01020002', 'hex'), Buffer.alloc(16, 5)]
  const plain = Buffer.from('张阿姨')
  const padded = Buffer.concat([plain, Buffer.alloc(16 - plain.length, 16 - plain.length)])
  const mixed = padded.map((byte, i) => byte ^ (iv[i] ?? 0))
  const block = createCipheriv('sm4-ecb', derived('seal', 16), null).setAutoPadding(false).update(mixed)
  const mac = createHmac('sm3', derived('authenticate', 32)).update(header).update(iv).update(block).digest()
  t.equal(sealing.open(Buffer.concat([header, iv, mac, block])), '张阿姨')
})

t.test('headers', async t => {
  for (const algorithm of algorithms) {
    for (const key of [2, 255, 256, maxKey]) {
      t.same(headerOf(Buffer.concat([headerBytes({ algorithm, key }), Buffer.alloc(32)])), { algorithm, key }, `${algorithm} ${key}`)
    }
    t.equal(headerBytes({ algorithm, key: 1 }).length, 0, 'the first key has none')
  }
  for (const key of [0, -1, 1.5, maxKey + 1]) t.throws(() => headerBytes({ algorithm: 'sm', key }), /1 to 65535/)
  const none = ['', '01020002', '0002000200', '0102000100', '0102000000', '0103000200', '0100000200', '0202000200']
  for (const bytes of none) t.equal(headerOf(Buffer.from(bytes, 'hex')), null, bytes)
})

t.test('what an earlier key sealed is opened and found while another writes', async t => {
  const [old, during, later] = [createSealing(first), sealingWith(2, national), sealingWith(3, third, national)]
  for (const words of ['', number, '浦江镇 浦锦路 12 号', 'x'.repeat(4000)]) {
    t.equal(during.open(old.seal(words)), words)
    t.equal(later.open(during.seal(words)), words)
    t.equal(later.open(later.seal(words)), words)
  }
  t.same([old.seal('1').length, during.seal('1').length, later.seal('1').length], [29, 4 + 16 + 32 + 16, 33])
  t.same([old, during, later].map(sealing => sealing.fingerprint(number).length), [32, 36, 36])
  t.same(later.fingerprints(number), [old.fingerprint(number), during.fingerprint(number), later.fingerprint(number)], 'oldest first')
  t.same([later.held(), later.writes()], [[1, 2, 3], 3])
  t.same(later.name('x'), old.name('x'), 'a name is one in every process')
  t.throws(() => later.writeUnder(4), /data key 4 is not at hand/)
})

t.test('a key that is known and does not write yet is looked for too: another process may have written', async t => {
  const own = [createSealing(first), sealingWith(2, national)].map(sealing => sealing.fingerprint(number))
  t.same(sealingWith(1, national).fingerprints(number), own)
})

t.test('a fingerprint beside others of the same text is the one that stands', async t => {
  const [old, during] = [createSealing(first), sealingWith(2, national)]
  const [one, another] = [old.fingerprint(number), old.fingerprint('+8613900001003')]
  t.same(during.fingerprint(number, [null, another, one]), one)
  t.same(during.fingerprint(number, [null, another]), during.fingerprint(number))
  t.same(during.fingerprint(number, []), during.fingerprint(number))
})

t.test('nothing that was changed opens, whichever byte it is', async t => {
  for (const sealing of [createSealing(first), sealingWith(2, national), sealingWith(3, third)]) {
    const sealed = sealing.seal(number)
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed)
      changed[i] = (changed[i] ?? 0) ^ 1
      t.throws(() => sealing.open(changed), `byte ${i} of key ${sealing.writes()}`)
    }
    const nothing = sealing.seal('')
    for (let length = 0; length < nothing.length; length++) t.throws(() => sealing.open(nothing.subarray(0, length)), `nothing, ${length}`)
    for (let length = 0; length < sealed.length; length++) t.throws(() => sealing.open(sealed.subarray(0, length)), `${length} bytes`)
  }
  const national3: DataKey = { ...national, id: 3 }
  const relabelled = sealingWith(2, national).seal(number)
  relabelled[3] = 3
  t.throws(() => sealingWith(2, national, national3).open(relabelled), 'the same bytes under another id')
})

t.test('a key that is not at hand is named, and no word of the value', async t => {
  const sealed = sealingWith(2, national).seal(number)
  t.throws(() => createSealing(first).open(sealed), { message: 'data key 2 (sm) is not at hand' })
  t.throws(() => sealingWith(1, { ...national, algorithm: 'aes' }).open(sealed), { message: 'data key 2 (sm) is not at hand' })
  t.throws(() => sealingWith(1, { ...national, bytes: Buffer.alloc(32, 99) }).open(sealed), { message: 'the sealed value was changed' })
  t.throws(() => sealingWith(1, { ...national, bytes: Buffer.alloc(31) }), /at least 32 bytes/)
})

t.test('a nonce of the first key that looks like a header opens all the same', async t => {
  const nonce = Buffer.from('010200020000000000000000', 'hex')
  const key = Buffer.from(hkdfSync('sha256', first, '', 'seal', 32))
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([cipher.update(number, 'utf8'), cipher.final()])
  const sealed = Buffer.concat([nonce, cipher.getAuthTag(), body])
  t.same(headerOf(sealed), { algorithm: 'sm', key: 2 })
  for (const sealing of [createSealing(first), sealingWith(1, national), sealingWith(2, national)]) t.equal(sealing.open(sealed), number)
})
