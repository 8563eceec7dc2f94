// Which row of a channel stands, which an order goes by, and which rows cannot be.
import t from 'tap'
import { checkSender } from '../../../src/features/work-orders/intake/rules/who-sends.ts'
import {
  channelAt, channelNamed, channelOfOrder, channelsAt, knownChannel, unfitChannelField, type ChannelPolicy
} from '../../../src/policy/rules/channel-policy.ts'
import { todaysPolicies } from './todays-policies.ts'

const row = (code: string, validFrom: string, over: Partial<ChannelPolicy> = {}): ChannelPolicy => ({
  code,
  validFrom,
  name: `${code} ${validFrom}`,
  nameEn: code,
  sentWith: 'orders',
  askedBack: false,
  restricted: false,
  clock: null,
  consultClock: null,
  ...over
})
const policies = {
  timeZone: 'Asia/Shanghai',
  rows: [row('APP', '2026-12-01'), row('APP', '2027-03-01'), row('PATROL', '2000-01-01'), row('PATROL', '2026-12-01')]
}
const at = (local: string): Date => new Date(`${local.replace(' ', 'T')}:00+08:00`)

t.test('the row that stands on a local day', t => {
  const cases: Array<[code: string, at: string, since: string | null]> = [
    ['APP', '2026-11-30 23:59', null],
    ['APP', '2026-12-01 00:00', '2026-12-01'],
    ['APP', '2027-02-28 23:59', '2026-12-01'],
    ['APP', '2027-03-01 00:00', '2027-03-01'],
    ['PATROL', '2026-11-30 23:59', '2000-01-01'],
    ['PIGEON', '2027-03-01 00:00', null]
  ]
  for (const [code, moment, since] of cases) t.equal(channelAt(policies, code, at(moment))?.validFrom ?? null, since, `${code} ${moment}`)
  t.throws(() => knownChannel(policies, 'APP', at('2026-11-30 23:59')), { code: 'unknown-channel', details: { field: 'channel' } })
  t.same(channelsAt(policies, at('2026-11-30 12:00')).map(c => c.name), ['PATROL 2000-01-01'])
  t.same(channelsAt(policies, at('2027-04-01 12:00')).map(c => c.name).sort(), ['APP 2027-03-01', 'PATROL 2026-12-01'])
  t.equal(channelNamed(policies, 'PATROL', '2000-01-01')?.name, 'PATROL 2000-01-01')
  t.equal(channelNamed(policies, 'FAX', '2000-01-01'), null, 'of before the rows')
  t.end()
})

t.test('an order goes by the row of the day it was received on', t => {
  const cases: Array<[code: string, receivedAt: string, now: string, since: string | null]> = [
    ['PATROL', '2026-11-30 23:50', '2026-12-01 09:00', '2000-01-01'],
    ['PATROL', '2026-12-01 00:00', '2026-12-01 09:00', '2026-12-01'],
    ['APP', '2026-11-30 23:50', '2026-12-01 09:00', '2026-12-01'],
    ['APP', '2026-11-30 23:50', '2026-11-30 23:50', null],
    ['APP', '2026-11-30 23:50', '2027-03-01 09:00', '2026-12-01']
  ]
  for (const [code, receivedAt, now, since] of cases) {
    const found = (): string => channelOfOrder(policies, code, { receivedAt: at(receivedAt), now: at(now) }).validFrom
    if (since === null) t.throws(found, { code: 'unknown-channel' }, 'it has not begun')
    else t.equal(found(), since, `${code}, received ${receivedAt}, told ${now}`)
  }
  t.end()
})

t.test('an order said to be of yesterday has what today\'s row promises, and keeps what yesterday\'s promised', t => {
  const cases: Array<[yesterday: Partial<ChannelPolicy>, today: Partial<ChannelPolicy>, goesBy: 'yesterday' | 'today']> = [
    [{}, { restricted: true }, 'today'],
    [{}, { askedBack: true }, 'today'],
    [{ askedBack: true }, { restricted: true }, 'today'],
    [{ restricted: true }, {}, 'yesterday'],
    [{ askedBack: true }, {}, 'yesterday'],
    [{ restricted: true }, { askedBack: true }, 'yesterday'],
    [{ restricted: true }, { restricted: true, askedBack: true }, 'today'],
    [{ restricted: true, askedBack: true }, { restricted: true }, 'yesterday'],
    [{ askedBack: true, clock: 'URGENT' }, { askedBack: true, clock: 'DEFAULT' }, 'yesterday']
  ]
  for (const [yesterday, today, goesBy] of cases) {
    const rows = [row('APP', '2026-12-01', today), row('APP', '2026-11-01', yesterday)]
    const found = channelOfOrder({ ...policies, rows }, 'APP', { receivedAt: at('2026-11-30 23:50'), now: at('2026-12-01 09:00') })
    t.equal(found.validFrom, goesBy === 'today' ? '2026-12-01' : '2026-11-01', JSON.stringify([yesterday, today]))
  }
  t.end()
})

t.test('who may send', t => {
  const cases: Array<[
    sentWith: ChannelPolicy['sentWith'], purposes: Array<'orders' | 'city-12345'> | null, numbered: boolean, code: string | null
  ]> = [
    ['orders', ['orders'], true, null],
    ['orders', ['city-12345'], true, 'not-allowed'],
    ['city-12345', ['orders'], true, 'not-allowed'],
    ['city-12345', ['orders', 'city-12345'], true, null],
    [null, ['orders', 'city-12345'], false, 'not-allowed'],
    ['orders', null, true, null],
    [null, null, true, null],
    ['city-12345', null, false, null],
    ['city-12345', null, true, 'source-number-taken']
  ]
  for (const [sentWith, purposes, sourceNumber, code] of cases) {
    const check = (): void => { checkSender({ sentWith }, { purposes, sourceNumber }) }
    const what = JSON.stringify([sentWith, purposes, sourceNumber])
    if (code === null) t.doesNotThrow(check, what)
    else t.throws(check, { code }, what)
  }
  t.end()
})

t.test('rows that cannot be', t => {
  const deadlines = { rows: [...todaysPolicies.rows, { ...todaysPolicies.rows[0], name: 'CHANNEL_APP', validFrom: '2026-12-02' } as never] }
  const cases: Array<[Partial<ChannelPolicy>, keyof ChannelPolicy | null]> = [
    [{}, null],
    [{ restricted: true }, null],
    [{ code: 'PARTY_MAILBOX', restricted: true }, null],
    [{ code: 'PARTY_MAILBOX' }, 'restricted'],
    [{ code: 'HOTLINE_962000' }, null],
    [{ code: 'HOTLINE_962000', restricted: true }, 'restricted'],
    [{ clock: 'CITY_12345_NORMAL', consultClock: 'CITY_12345_CONSULT' }, null],
    [{ consultClock: 'CITY_12345_CONSULT' }, 'clock'],
    [{ clock: 'CHANNEL_APP' }, 'clock'],
    [{ clock: 'CHANNEL_APP', validFrom: '2026-12-02' }, null],
    [{ clock: 'DEFAULT', consultClock: 'CHANNEL_NONE' }, 'consultClock']
  ]
  for (const [over, field] of cases) {
    t.equal(unfitChannelField({ ...row('APP', '2026-12-01'), ...over }, deadlines), field, JSON.stringify(over))
  }
  t.end()
})
