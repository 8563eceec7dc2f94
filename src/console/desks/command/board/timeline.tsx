import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useActorName } from '../../../directory/names.ts'
import { local } from '../../../moments/zone.ts'
import type { Incident } from '../incident.ts'
import './timeline-words.ts'

type Entry = Incident['timeline'][number]
const clock = (iso: string): string => local(iso).format('HH:mm:ss')
const maxShown = 300

/** Every step with its time to the second, and the person who did it. */
export function Timeline ({
  entries, names, newestFirst = false
}: { entries: readonly Entry[], names: ReadonlyMap<string, string>, newestFirst?: boolean }): ReactNode {
  const { t } = useTranslation('timeline')
  const actorName = useActorName()
  // A long incident has thousands of steps: the board shows the newest, the report all.
  const shown = useMemo(() => newestFirst ? entries.slice(-maxShown).reverse() : entries, [entries, newestFirst])
  const more = ({ kind, detail }: Entry): string => {
    const text = (key: string): string => typeof detail[key] === 'string' ? detail[key] : ''
    if (kind === 'key') return text('key')
    if (kind === 'leg-ended' || kind === 'finished') return t([`o.${text('outcome')}`, `leg:${text('outcome')}`], text('outcome'))
    if (kind === 'left') return t(`r.${text('result').toLowerCase()}`, text('result'))
    if (kind === 'link-cut' || kind === 'link-restored') return text('node')
    if (kind === 'root-moved') return `${text('from')} → ${text('to')}`
    if (Array.isArray(detail.notObeyed)) return t('notObeyed', { nodes: detail.notObeyed.join(', ') })
    return text('reason')
  }
  return (
    // A part that scrolls can have the keyboard's focus.
    <ol className='timeline' {...(newestFirst ? { tabIndex: 0, 'aria-label': t('e.steps') } : {})}>
      {shown.map(e => (
        <li key={e.id}>
          <time className='tabular muted' dateTime={e.at}>{clock(e.at)}</time>
          <span>{e.memberId !== null && <b>{names.get(e.memberId) ?? ''} </b>}{t(`e.${e.kind}`)} {more(e)}</span>
          {e.actor !== 'pbx' && e.actor !== 'system' && <span className='muted small'>{actorName(e.actor)}</span>}
        </li>
      ))}
    </ol>
  )
}
