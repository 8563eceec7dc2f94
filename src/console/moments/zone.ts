import dayjs, { type Dayjs } from 'dayjs'
import timezone from 'dayjs/plugin/timezone'
import utc from 'dayjs/plugin/utc'

dayjs.extend(utc)
dayjs.extend(timezone)

let zone = 'Asia/Shanghai'

/** Times on the page are in the district's zone, whatever the browser's; the service names the zone. */
export function setTimeZone (timeZone: string): void { zone = timeZone }

/** A moment in the district's zone. */
export const local = (at: string | number | Date): Dayjs => dayjs(at).tz(zone)

/** `2026-11-28` or `2026-11-28T14:05` in the district's zone, as a moment: ISO 8601. */
export const fromLocal = (shown: string): string => dayjs.tz(shown, zone).toISOString()

/** A moment for a date picker, which knows the browser's zone only: it is handed the district's hours and minutes. */
export const toPicker = (at: string | number): Dayjs => dayjs(local(at).format('YYYY-MM-DDTHH:mm:ss'))

/** The moment a date picker was set to, its hours and minutes read in the district's zone: ISO 8601. */
export const fromPicker = (shown: Dayjs): string => fromLocal(shown.format('YYYY-MM-DDTHH:mm:ss'))
