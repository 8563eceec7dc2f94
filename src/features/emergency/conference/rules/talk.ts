/** When the two of a private talk were on the line, by the journal. */
export interface TalkTimes { chair_in_at: Date | null, member_in_at: Date | null, over_at: Date | null }

/** Least time both must have been on the line for "they spoke", ms. */
export const minTalkMs = 1000

/** Time both were on the line together, ms; 0 when one of them never came. */
export function talkedMs ({ chair_in_at: chair, member_in_at: member, over_at: over }: TalkTimes, now: Date): number {
  if (chair === null || member === null) return 0
  return Math.max(0, (over ?? now).getTime() - Math.max(chair.getTime(), member.getTime()))
}
