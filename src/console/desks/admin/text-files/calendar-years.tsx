import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Input, Segmented } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import { useWho } from '../../../api/session.tsx'
import { useActorName } from '../../../directory/names.ts'
import { moment } from '../../../moments/moments.tsx'
import { now } from '../../../moments/now.ts'
import { local } from '../../../moments/zone.ts'
import { useKeptAnswers } from '../../../orders/actions/kept-answers.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { daysInLines, readDays } from './lines.ts'
import { TextFileButton } from './text-file-button.tsx'

/** What is being typed for a year. */
interface Typed { year: number, edition: number | null, days: string, basis: string }

/** The working calendar (工作日历), year by year: prefilled as published, checked by a person, saved as an edition. */
export function CalendarYears (): ReactNode {
  const { t } = useTranslation('admin')
  const attempt = useAttempt()
  const actorName = useActorName()
  const queries = useQueryClient()
  const [year, setYear] = useState(() => local(now()).year())
  const { answers: { typed }, set, forget } = useKeptAnswers<{ typed: Typed | null }>(`${useWho().login}:calendar`, '',
    () => ({ typed: null }))
  const { data } = useQuery({
    queryKey: ['calendar', year],
    queryFn: async () => (await api.GET('/api/calendar/{year}', { params: { path: { year } } })).data ?? null
  })
  const years = [-1, 0, 1, 2].map(n => local(now()).year() + n)
  const standing = { year, edition: data?.edition ?? null, days: daysInLines(data?.days ?? []), basis: data?.editions[0]?.basis ?? '' }
  const shown = typed?.year === year ? typed : standing
  const read = readDays(shown.days)
  const change = (part: Partial<typeof standing>): void => { set({ typed: { ...shown, ...part } }) }
  const fill = (): void => { change({ days: daysInLines(data?.published ?? []) }) }
  const overtaken = data && shown.edition !== data.edition
  const saved = typed === null || read.items === null || read.items.length === 0
  const save = (): void => {
    if (read.items === null || !data) return
    // The edition that was on the page when typing began.
    const body = { edition: shown.edition, basis: shown.basis, days: read.items }
    const send = async (): Promise<void> => {
      await api.PUT('/api/calendar/{year}', { params: { path: { year }, header: onceKey() }, body })
    }
    void attempt(send, t('saved')).then(async went => {
      if (went) forget()
      await queries.invalidateQueries({ queryKey: ['calendar'] })
    })
  }
  return (
    <div className='box'>
      <div className='row'>
        <Segmented options={years} value={year} onChange={setYear} aria-label={t('yearOf')} />
        <span className={data?.edition ? 'muted' : 'late-word'}>{data?.edition ? t('edition', { n: data.edition }) : t('notEntered')}</span>
        <Button disabled={!data?.published} onClick={fill}>{t('fillPublished')}</Button>
        <TextFileButton label={t('readFile')} onText={days => { change({ days }) }} />
      </div>
      {overtaken && (
        <Alert
          type='warning' title={t('overtaken', { n: data.edition })}
          description={(
            <>
              <div className='words pre'>{standing.days}</div>
              <div className='row'>
                <Button onClick={() => { change({ edition: standing.edition }) }}>{t('keepMine')}</Button>
                <Button onClick={forget}>{t('keepTheirs')}</Button>
              </div>
            </>
          )}
        />
      )}
      {data && !data.published && <p className='muted'>{t('notPublished')}</p>}
      <label>{t('basis')}<Input value={shown.basis} maxLength={200} onChange={e => { change({ basis: e.target.value }) }} /></label>
      <label>
        {t('dayLines')}
        <Input.TextArea value={shown.days} autoSize={{ minRows: 12, maxRows: 20 }} onChange={e => { change({ days: e.target.value }) }} />
      </label>
      {read.bad && <p className='late-word' role='alert'>{t('badLine', read.bad)}</p>}
      <div className='row'>
        <Button type='primary' disabled={saved} onClick={save}>{t('enterYear')}</Button>
        <span className='muted small'>{t('keptNote')}</span>
      </div>
      <ul className='muted small'>
        {data?.editions.map(e => (
          <li key={e.edition}>{t('edition', { n: e.edition })} · {moment(e.enteredAt)} · {actorName(e.enteredBy)} · {e.basis}</li>
        ))}
      </ul>
    </div>
  )
}
