import dayjs, { type Dayjs } from 'dayjs'
import timezone from 'dayjs/plugin/timezone'
import utc from 'dayjs/plugin/utc'

dayjs.extend(utc)
dayjs.extend(timezone)

let zone = 'Asia/Shanghai'

/** Every time on the page is the district's, wherever the browser stands; the service says which zone that is. */
export function tellTimeIn (timeZone: string): void { zone = timeZone }

/** A moment as the district's clocks show it. */
export const local = (at: string | number | Date): Dayjs => dayjs(at).tz(zone)

/** `2026-11-28` or `2026-11-28T14:05` as the district's clocks show it, as a moment: ISO 8601. */
export const fromLocal = (shown: string): string => dayjs.tz(shown, zone).toISOString()

/** What a date picker shows for a moment: it knows the browser's zone only, so it is handed the district's figures. */
export const toPicker = (at: string | number): Dayjs => dayjs(local(at).format('YYYY-MM-DDTHH:mm:ss'))

/** The moment a date picker was set to, its figures read as the district's: ISO 8601. */
export const fromPicker = (shown: Dayjs): string => fromLocal(shown.format('YYYY-MM-DDTHH:mm:ss'))
