import { useQuery } from '@tanstack/react-query'
import { App, Button, Input } from 'antd'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../../api/api-types.d.ts'
import { api, onceKey } from '../../../api/client.ts'
import { every } from '../../../api/closed-lists.ts'
import { useCategories, useCategoryName, useUnitName, useUnits } from '../../../directory/directory.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import { today, useReload } from '../registers/dated-rows.tsx'
import { EndDialog } from '../registers/end-dialog.tsx'
import { TextFileButton } from '../text-files/text-file-button.tsx'
import { readCatalogueFile, type NewRow } from './catalogue-file.ts'
import './catalogue-words.ts'

type Catalogue = paths['/api/catalogue']['get']['responses']['200']['content']['application/json']
type Row = Catalogue['items'][number]
type Outcome = paths['/api/catalogue/check']['post']['responses']['200']['content']['application/json']
interface Tried { rows: NewRow[], outcome: Outcome }

const bases = every<Row['basisKind']>()(['law', 'duties', 'power-list', 'town-list', 'minutes', 'designation'])
const leads = every<Row['lead']>()(['unit', 'town', 'owner'])

/** The dispatch catalogue (派单目录): who leads what by which paper, classes it says nothing of, and rows from a file. */
export function CatalogueRegister (): ReactNode {
  const { t } = useTranslation('catalogue')
  const reload = useReload('catalogue')
  const attempt = useAttempt()
  const categoryName = useCategoryName()
  const [sought, setSought] = useState('')
  const [ending, setEnding] = useState<Row | null>(null)
  const { data } = useQuery({ queryKey: ['catalogue'], queryFn: async () => (await api.GET('/api/catalogue')).data })
  const unitName = useUnitName()
  const shown = useMemo(() => (data?.items ?? []).filter(row => sought === '' || [
    row.categoryCode, categoryName(row.categoryCode, null), row.place, row.object, row.leadUnit, unitName(row.leadUnit), row.basisText
  ].some(text => text?.includes(sought))), [data, sought, categoryName, unitName])
  if (data === undefined) return <p className='muted'>{t('shell:notRead')}</p>
  const end = async (id: string, lastDay: string): Promise<boolean> => {
    const done = await attempt(async () => await api.POST('/api/catalogue/rows/{id}/end', {
      params: { path: { id }, header: onceKey() }, body: { lastDay }
    }), t('ended'))
    if (done) { setEnding(null); reload() }
    return done
  }
  return (
    <div className='box'>
      <p className='muted'>{t('means')}</p>
      {data.gaps.length > 0 && (
        <p role='status'>
          {t('gaps', { n: data.gaps.length })} {data.gaps.map(code => `${code} ${categoryName(code, null)}`).join(t('shell:comma'))}
        </p>
      )}
      <RowFile onEntered={reload} />
      <Input.Search allowClear aria-label={t('search')} placeholder={t('search')} onSearch={setSought} style={{ maxWidth: 320 }} />
      <table className='admin-table stacks'>
        <thead>
          <tr>
            <th>{t('class')}</th><th>{t('where')}</th><th>{t('lead')}</th><th>{t('helpers')}</th><th>{t('paper')}</th><th>{t('days')}</th>
            <th>{t('admin:actions')}</th>
          </tr>
        </thead>
        <tbody>{shown.map(row => <CatalogueLine key={row.id} row={row} onEnd={() => { setEnding(row) }} />)}</tbody>
      </table>
      <EndDialog
        name={ending && `${ending.categoryCode} ${categoryName(ending.categoryCode, null)}`}
        onEnd={async lastDay => ending !== null && await end(ending.id, lastDay)}
        onClose={() => { setEnding(null) }}
      />
    </div>
  )
}

function CatalogueLine ({ row, onEnd }: { row: Row, onEnd: () => void }): ReactNode {
  const { t } = useTranslation('catalogue')
  const unitName = useUnitName()
  const categoryName = useCategoryName()
  const where = [row.townId && unitName(row.townId), row.place, row.object].filter(Boolean).join(t('shell:comma'))
  return (
    <tr data-row={row.id}>
      <td>{row.categoryCode} {categoryName(row.categoryCode, null)}</td>
      <td data-head={t('where')}>{row.backstop && <span className='state-word'>{t('backstop')}</span>} {where || t('anywhere')}</td>
      <td data-head={t('lead')}>
        {row.lead === 'unit' && unitName(row.leadUnit)}
        {row.lead === 'town' && t('lead.town')}
        {row.lead === 'owner' && t('lead.ownerOf', { thing: row.componentKind })}
      </td>
      <td data-head={t('helpers')}>{row.coUnits.map(unitName).join(t('shell:comma'))}</td>
      <td data-head={t('paper')}><span className='state-word'>{t(`basis.${row.basisKind}`)}</span> {row.basisText}</td>
      <td className='tabular' data-head={t('days')}>{row.validFrom} – {row.validTo ?? ''}</td>
      <td>{(row.validTo === null || row.validTo > today()) && <Button size='small' onClick={onEnd}>{t('admin:end')}</Button>}</td>
    </tr>
  )
}

/** Rows from a table: first tried, then entered, all of them or none. */
function RowFile ({ onEntered }: { onEntered: () => void }): ReactNode {
  const { t } = useTranslation('catalogue')
  const { message } = App.useApp()
  const attempt = useAttempt()
  const units = useUnits()
  const categories = useCategories()
  const [tried, setTried] = useState<Tried | null>(null)
  const read = (text: string): void => {
    const named = new Map(units.map(u => [u.name, u.id]))
    const codes = new Map(categories.map(c => [c.name, c.code]))
    const rows = readCatalogueFile(text, {
      leads: Object.fromEntries(leads.flatMap(lead => [[lead, lead], [t(`lead.${lead}`), lead]])),
      bases: Object.fromEntries(bases.flatMap(basis => [[basis, basis], [t(`basis.${basis}`), basis]])),
      unitId: name => named.get(name) ?? name
    })?.map(row => ({ ...row, categoryCode: codes.get(row.categoryCode) ?? row.categoryCode })) ?? null
    if (rows === null) { void message.error(t('notRead')); return }
    void attempt(async () => {
      const { data } = await api.POST('/api/catalogue/check', { body: { rows } })
      if (data) setTried({ rows, outcome: data })
    })
  }
  const enter = async ({ rows }: Tried): Promise<void> => {
    const send = async (): Promise<unknown> => await api.POST('/api/catalogue/rows', { params: { header: onceKey() }, body: { rows } })
    const done = await attempt(send, t('entered'))
    if (!done) return
    setTried(null)
    onEntered()
  }
  return (
    <section aria-label={t('file')}>
      <div className='row'><TextFileButton label={t('file')} onText={read} /><span className='muted small'>{t('how')}</span></div>
      {tried && (
        <>
          <p role='status'>{t('would', { saved: tried.outcome.saved, ended: tried.outcome.ended, known: tried.outcome.known })}</p>
          {tried.outcome.faults.length > 0 && (
            <div role='alert'>
              <ul>
                {tried.outcome.faults.map((f, i) => <li key={i}>{t('line', { n: f.line })} {t(`fault.${f.fault}`)} {f.other}</li>)}
              </ul>
            </div>
          )}
          <Button
            type='primary' disabled={tried.outcome.faults.length > 0 || tried.outcome.saved === 0}
            onClick={() => { void enter(tried) }}
          >{t('enter')}
          </Button>
        </>
      )}
    </section>
  )
}
