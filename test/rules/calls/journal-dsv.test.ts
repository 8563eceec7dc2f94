import { parse } from 'csv-parse/sync'
import t from 'tap'
import { readDsv, type DsvRead } from '../../../src/pbx/journal/dsv.ts'

const time = '2026-11-22T14:40:10.414956+0800'
const quoted = (fields: readonly string[]): string => fields.map(f => `"${f.replaceAll('"', '""')}"`).join(',') + '\n'
const row = (event: string, { num = '13900001001', extra = '' } = {}): string =>
  quoted([
    event, '', time, num, '962000', 's', 'hotline-inbound', 'PJSIP/trunk-00000001', '', '', 'pbx1-1795358410.1', 'pbx1-1795358410.0', '',
    extra
  ])
const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
const events = ({ pieces }: DsvRead): string[] => pieces.map(p => p.kind === 'row' ? p.fields[0] ?? '' : `torn: ${p.reason}`)

t.test('well-formed rows are read as any CSV reader reads them', async t => {
  const text = row('CHAN_START') + row('LD_OFFERED', { num: '张三 "老张"\r\n🐼', extra: '{"extra":"a=1&b=%20"}' }) + row('CHAN_END')
  const { pieces, consumed } = readDsv(bytes(text))
  t.strictSame(pieces.map(p => p.kind === 'row' ? p.fields : p), parse(text))
  t.equal(consumed, Buffer.byteLength(text))
})

t.test('a row still being written is left for later, wherever it is cut', async t => {
  const whole = row('CHAN_START')
  const next = bytes(row('HANGUP', { num: 'a"b\n中', extra: '{"hangupcause":16}' }))
  for (let cut = 0; cut < next.length; cut++) {
    const { pieces, consumed } = readDsv(whole + next.slice(0, cut))
    if (pieces.length !== 1 || consumed !== whole.length) t.fail(`cut at ${cut}: ${pieces.length} pieces, ${consumed} bytes`)
  }
  t.strictSame(events(readDsv(whole + next)), ['CHAN_START', 'HANGUP'])
})

t.test('a row that Asterisk cuts after 1023 bytes is read with the peers that stand there whole', async t => {
  const peers = (count: number): string[] => Array.from({ length: count }, (_, i) => `PJSIP/trunk-conference-${String(i).padStart(8, '0')}`)
  const of = (event: string, count: number): string =>
    quoted([
      event, '', time, '962000', '', 's', 'hotline-room', 'PJSIP/trunk-conference-00000044', 'ConfBridge',
      '7758063092-1,room-large,member,keys', 'leg-1', 'leg-1', peers(count).join(), '{"bridge_id":"b1","bridge_technology":"softmix"}'
    ])
  const cut = (line: string): string => line.length > 1024 ? line.slice(0, 1023) + '\n' : line
  for (const event of ['BRIDGE_ENTER', 'BRIDGE_EXIT']) {
    for (let count = 1; count < 60; count++) {
      const long = cut(of(event, count))
      for (const text of [long, long + long + row('CHAN_END'), row('ANSWER') + long]) {
        const { pieces, consumed } = readDsv(text)
        t.strictSame([pieces.filter(p => p.kind === 'torn'), consumed], [[], text.length])
        for (const found of pieces) {
          if (found.kind !== 'row' || found.fields[0] !== event) continue
          const named = found.fields[12]?.split(',') ?? []
          t.strictSame(named, peers(named.length), `${count} peers: those that stand there`)
          t.ok(named.length === count || (named.length > 20 && long.length === 1024))
          t.equal(found.fields[10], 'leg-1')
        }
      }
    }
  }
  t.match(events(readDsv(cut(of('LD_ROOM', 40)) + row('CHAN_END'))), ['torn: text after a closing quote', 'CHAN_END'],
    'another row that is cut is no row')
})

t.test('nothing a caller sends becomes a row of its own', async t => {
  const fake = row('HANGUP', { extra: '{"hangupcause":1}' })
  const hostile = [
    `x\r\n${fake}`,
    `"\n${fake}`,
    `"\n${fake}"`,
    `""\r\n${fake}\r\n`,
    `x","x","x\n${fake}`,
    `"CHAN_START","","${time}","`,
    '"CHAN_START',
    '\\"\n' + fake,
    '"'.repeat(33) + '\n' + fake + '"'.repeat(34),
    fake.replaceAll('"', '""')
  ]
  for (const num of hostile) {
    const { pieces } = readDsv(bytes(row('CHAN_START', { num }) + row('ANSWER')))
    t.strictSame(pieces.map(p => p.kind === 'row' && p.fields[3]), [num, '13900001001'], JSON.stringify(num).slice(0, 60))
  }
})

t.test('a torn row is quarantined and its neighbours are read', async t => {
  const hostile = row('HANGUP', { num: `x"\n${row('LD_KEY')}` })
  for (const victim of [row('HANGUP', { extra: '{"hangupcause":16}' }), hostile]) {
    for (let cut = 1; cut < victim.length; cut++) {
      // A full disk: the row ends anywhere, without its LF, and the next one follows in the same breath.
      const torn = victim.slice(0, cut)
      const { pieces, consumed } = readDsv(bytes(row('CHAN_START') + torn + row('ANSWER') + row('CHAN_END')))
      const rows = pieces.filter(p => p.kind === 'row')
      const aside = pieces.filter(p => p.kind === 'torn')
      const names = rows.map(r => r.fields[0]).join()
      if (names !== 'CHAN_START,ANSWER,CHAN_END' || aside.map(p => p.text).join('') !== torn || consumed === 0) {
        t.fail(`cut at ${cut}: ${events({ pieces, consumed }).join(' | ')}`)
      }
    }
    t.pass(`cut at each of ${victim.length} places`)
  }
})

t.test('two torn rows in a row, and rubbish between rows', async t => {
  const half = row('HANGUP').slice(0, 70)
  t.strictSame(events(readDsv(half + half + row('ANSWER'))).at(-1), 'ANSWER')
  t.match(events(readDsv(`rubbish\n\0\0\0\n${row('ANSWER')}`)), [/^torn/, 'ANSWER'])
  t.match(events(readDsv(quoted(['A', '', time]) + row('ANSWER'))), ['torn: 3 fields instead of 14', 'ANSWER'])
  t.match(events(readDsv(row('ANSWER').replace(time, 'yesterday') + row('ANSWER'))), ['torn: no event time', 'ANSWER'])
})

t.test('a torn rest is torn only when nothing will follow, or when it grows without end', async t => {
  const half = row('HANGUP').slice(0, 70)
  t.strictSame(readDsv(half).consumed, 0)
  t.strictSame(events(readDsv(half, true)), ['torn: cut off'])
  t.strictSame(events(readDsv('"A","' + 'x'.repeat(300_000))), ['torn: a row without end'])
})
