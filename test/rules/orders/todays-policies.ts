// The city's times as its rules say them, written by hand: the oracle of what the migrations put in.
import type { AttemptPolicies } from '../../../src/policy/rules/attempt-policy.ts'
import type { ChannelPolicies, ChannelPolicy } from '../../../src/policy/rules/channel-policy.ts'
import type { DeadlinePolicies, DeadlinePolicy } from '../../../src/policy/rules/deadline-policy.ts'

const row = (
  name: DeadlinePolicy['name'], minutes: number | null, calendar: DeadlinePolicy['calendar'], over: Partial<DeadlinePolicy> = {}
): DeadlinePolicy => ({ name, validFrom: '2000-01-01', minutes, onSiteMinutes: null, maxExtendedMinutes: null, calendar, ...over })

export const todaysPolicies: DeadlinePolicies = {
  timeZone: 'Asia/Shanghai',
  rows: [
    row('DEFAULT', 168 * 60, 'clock', { onSiteMinutes: 3 * 60 }),
    row('URGENT', 72 * 60, 'clock', { onSiteMinutes: 2 * 60 }),
    row('CRITICAL', 24 * 60, 'clock', { onSiteMinutes: 30 }),
    row('CITY_12345_NORMAL', 5 * 1440, 'working', { maxExtendedMinutes: 15 * 1440 }),
    row('CITY_12345_CONSULT', 1440, 'working'),
    row('DISPATCH_NORMAL', null, 'clock'),
    row('DISPATCH_URGENT', 60, 'clock'),
    row('DISPATCH_CRITICAL', 10, 'clock'),
    row('SIGN_NORMAL', 120, 'clock'),
    row('SIGN_URGENT', 30, 'clock'),
    row('SIGN_CRITICAL', 10, 'clock'),
    row('FIRST_CONTACT', 1440, 'working'),
    row('REWORK', 72 * 60, 'clock'),
    row('RETURN', 3 * 1440, 'working'),
    row('OFFICER_DECISION', 1440, 'working')
  ]
}

const byTheDialler = { failures: null, unspokenFailures: null, failureGapSeconds: null, maxPostponedDays: null, replyDays: null }
/** When they were entered is the migration's moment, and of no rule's concern. */
const shipped = { validFrom: '2000-01-01', enteredBy: 'system', enteredAt: new Date(0) }

export const todaysAttempts: AttemptPolicies = {
  timeZone: 'Asia/Shanghai',
  rows: [
    {
      ...shipped,
      purpose: 'callback',
      attempts: 3,
      gapSeconds: null,
      delaySeconds: null,
      ringSeconds: 30,
      windows: '09:00-12:00,13:30-20:00',
      failures: 3,
      unspokenFailures: 20,
      failureGapSeconds: 5 * 60,
      maxPostponedDays: 14,
      replyDays: 3
    },
    {
      ...shipped, ...byTheDialler, purpose: 'emergency', attempts: 3, gapSeconds: 40, delaySeconds: 0, ringSeconds: 28, windows: ''
    },
    {
      ...shipped,
      ...byTheDialler,
      purpose: 'missed-call',
      attempts: 2,
      gapSeconds: 30 * 60,
      delaySeconds: 5 * 60,
      ringSeconds: 30,
      windows: '09:00-20:00'
    }
  ]
}

const channel = (code: string, name: string, nameEn: string, over: Partial<ChannelPolicy> = {}): ChannelPolicy => ({
  code,
  validFrom: '2000-01-01',
  name,
  nameEn,
  sentWith: 'orders',
  askedBack: false,
  restricted: false,
  clock: null,
  consultClock: null,
  ...over
})
const city: Partial<ChannelPolicy> = { sentWith: 'city-12345', clock: 'CITY_12345_NORMAL', consultClock: 'CITY_12345_CONSULT' }

/** Asked back are those by telephone or letter: the hotline, the city's, the police's, the two mailboxes. */
export const todaysChannels: ChannelPolicies = {
  timeZone: 'Asia/Shanghai',
  rows: [
    channel('HOTLINE_962000', '962000', '962000', { askedBack: true }),
    channel('CITY_12345', '12345', '12345', { ...city, askedBack: true }),
    channel('POLICE_110', '110', '110', { sentWith: 'police-110', askedBack: true }),
    channel('MAYOR_MAILBOX', '区长信箱', 'Mayor\'s mailbox', { askedBack: true }),
    channel('PARTY_MAILBOX', '党务信箱', 'Party mailbox', { askedBack: true, restricted: true }),
    channel('GRID_PATROL', '网格巡查', 'Grid patrol'),
    channel('COMMUNITY_PATROL', '社区巡管', 'Community patrol'),
    channel('STREET_JOINT', '街面联勤', 'Street joint'),
    channel('LEADER_VISIT', '大走访', 'Leader\'s visit'),
    channel('EMERGENCY_DUTY', '应急值班', 'Emergency duty'),
    channel('INFO_COLLECTION', '信息采集', 'Collection'),
    channel('VIDEO', '视频', 'Video'),
    channel('VOLUNTEER', '志愿者', 'Volunteer'),
    channel('DEVICE_ALARM', '设备报警', 'Device alarm'),
    channel('MEDIA', '媒体', 'Media'),
    channel('MEDIATION', '大调解', 'Mediation')
  ]
}
