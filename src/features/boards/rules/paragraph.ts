import type { Counts } from './counts.ts'
import type { Figure } from './rates.ts'

/** Words of a filter as they stand in a sentence. */
export interface Asked { from: string, to: string, words: readonly string[], asOf: string }

/** `92.3%（12/13）`: never a rate without what it counts. */
const said = ({ numerator, denominator, value }: Figure): string =>
  value === null ? '无（0/0）' : `${(value * 100).toFixed(1)}%（${numerator}/${denominator}）`

const maxListed = 3

/** The paragraph (文字报送) a leader can paste: the filter, the moment, counts, the busiest towns and classes, the rates. */
export function paragraphOf (asked: Asked, { total, byTown, byClass }: Counts, rates: readonly Figure[]): string {
  const scope = asked.words.length > 0 ? `（${asked.words.join('、')}）` : ''
  const head = `截至${asked.asOf}，${asked.from}至${asked.to}${scope}共受理诉求${total.received}件`
  if (total.received === 0) return `${head}。`
  const busiest = (lines: Counts['byTown']): string =>
    [...lines]
      .filter(l => l.key !== null && l.received > 0)
      .sort((a, b) => b.received - a.received)
      .slice(0, maxListed)
      .map(l => `${l.name}${l.received}件`)
      .join('、')
  const late = [...byTown]
    .filter(l => l.overtime > 0)
    .sort((a, b) => b.overtime - a.overtime)
    .slice(0, maxListed)
    .map(l => `${l.name}${l.overtime}件`)
    .join('、')
  const rate = (key: string): string => {
    const figure = rates.find(r => r.key === key)
    return figure ? `${figure.name}${said(figure)}` : ''
  }
  return [
    `${head}，立案${total.filed}件，办结${total.closed}件，在办${total.open}件，超时${total.overtime}件`,
    `${['closure', 'on-time', 'satisfaction', 'solution'].map(rate).join('，')}`,
    `街镇受理较多的为${busiest(byTown)}；类别较多的为${busiest(byClass)}`,
    late === '' ? '各街镇无超时' : `超时较多的为${late}`
  ].join('。') + '。'
}
