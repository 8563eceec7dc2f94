// The city's times as its rules say them, written by hand: the oracle of what the migrations put in.
import type { AttemptPolicies } from '../../../src/policy/rules/attempt-policy.ts'
import type { DeadlinePolicies, DeadlinePolicy } from '../../../src/policy/rules/deadline-policy.ts'

const row = (
  name: DeadlinePolicy['name'], minutes: number | null, calendar: DeadlinePolicy['calendar'], over: Partial<DeadlinePolicy> = {}
): DeadlinePolicy => ({ name, validFrom: '2000-01-01', minutes, onSiteMinutes: null, longestMinutes: null, calendar, ...over })

export const todaysPolicies: DeadlinePolicies = {
  timeZone: 'Asia/Shanghai',
  rows: [
    row('DEFAULT', 168 * 60, 'clock', { onSiteMinutes: 3 * 60 }),
    row('URGENT', 72 * 60, 'clock', { onSiteMinutes: 2 * 60 }),
    row('CRITICAL', 24 * 60, 'clock', { onSiteMinutes: 30 }),
    row('CITY_12345_NORMAL', 5 * 1440, 'working', { longestMinutes: 15 * 1440 }),
    row('CITY_12345_CONSULT', 1440, 'working'),
    row('DISPATCH_NORMAL', null, 'clock'),
    row('DISPATCH_URGENT', 60, 'clock'),
    row('DISPATCH_CRITICAL', 10, 'clock'),
    row('SIGN_NORMAL', 120, 'clock'),
    row('SIGN_URGENT', 30, 'clock'),
    row('SIGN_CRITICAL', 10, 'clock'),
    row('FIRST_CONTACT', 1440, 'working'),
    row('REWORK', 72 * 60, 'clock'),
    row('RETURN', 3 * 1440, 'working')
  ]
}

const byTheDialler = { failures: null, unspokenFailures: null, failureGapSeconds: null, longestDays: null, replyDays: null }
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
      longestDays: 14,
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
