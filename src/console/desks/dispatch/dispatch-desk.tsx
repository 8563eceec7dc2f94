import { Button, Checkbox, Input, Select } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { holds, useWho } from '../../api/session.tsx'
import { useCategories, useNameOf, useUnits } from '../../directory/directory.ts'
import { moment, useDebounced } from '../../moments/moments.tsx'
import { Confidential } from '../../orders/matter/confidential.tsx'
import { CorrectMatter } from '../../orders/matter/correct-matter.tsx'
import { OrderActions } from '../../orders/actions/order-actions.tsx'
import { OrderContact } from '../../orders/page/order-contact.tsx'
import { OrderList } from '../../orders/list/order-list.tsx'
import OrderPage from '../../orders/page/order-page.tsx'
import { orderStates } from '../../orders/order-lists.ts'
import type { OrderFilter } from '../../orders/order-types.ts'
import { countOfStates, useCounts, type Counts } from '../../orders/list/use-counts.ts'
import './dispatch-desk.css'
import './dispatch-words.ts'
import { BulkUrge } from './bulk-urge.tsx'
import { BoardRow } from './board-row.tsx'
import { useBoardFilter, views } from './filters.ts'
import { SuggestedUnit } from './suggested-unit.tsx'

const none: OrderFilter = {}

function countOf (view: string, counts: Counts | null, beside: Readonly<Record<string, Counts | null>>): number | null {
  if (!counts) return null
  if (view === 'all') return counts.total
  if (view in beside) return beside[view]?.total ?? null
  return countOfStates(counts, views[view] ?? none)
}

/** 派遣台: orders that wait for a decision first, filters in the address, the chosen order beside the list. */
export default function DispatchDesk (): ReactNode {
  const { t } = useTranslation('dispatch')
  const filter = useBoardFilter()
  const counts = useCounts(none)
  // Views that are no state need counts of their own.
  const beside = {
    overtime: useCounts(views.overtime ?? none),
    critical: useCounts(views.critical ?? none),
    extensions: useCounts(views.extensions ?? none),
    answers: useCounts(views.answers ?? none)
  }
  const needHand = ['todo', 'returns', 'coordinating', 'extensions', 'answers', 'overtime']
  // A leader only reads.
  const mayUrge = holds(useWho(), 'DISPATCHER', 'SHIFT_LEADER', 'SUPERVISOR')
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set())
  const mark = (id: string): void => {
    setMarked(before => { const after = new Set(before); if (!after.delete(id)) after.add(id); return after })
  }
  return (
    <div className='dispatch-desk'>
      <div className='board'>
        <div className='views' role='group' aria-label={t('orders')}>
          {Object.keys(views).map(view => {
            const count = countOf(view, counts, beside)
            return (
              <button
                key={view}
                type='button'
                aria-pressed={filter.view === view}
                className={needHand.includes(view) && count ? 'hand' : ''}
                onClick={() => { filter.set({ view }) }}
              >
                {t(`view.${view}`)}{count !== null && <b>{count}</b>}
              </button>
            )
          })}
        </div>
        <Filters />
        {mayUrge && (
          <BulkUrge
            query={filter.query}
            marked={marked}
            onMark={filter.order === null ? null : () => { mark(filter.order ?? '') }}
            onClear={() => { setMarked(new Set()) }}
          />
        )}
        <OrderList
          query={filter.query}
          chosen={filter.order}
          onChoose={order => { filter.set({ order }) }}
          label={t('orders')}
          empty={t('noOrders')}
          row={order => (
            <BoardRow order={order} {...(mayUrge ? { mark: { on: marked.has(order.id), set: () => { mark(order.id) } } } : {})} />
          )}
        />
        <div className='muted small'>
          {t(filter.query.sort === 'due' ? 'dueFirst' : 'newest')}
          {counts ? ` · ${t('asOf')} ${moment(counts.asOf)}` : ''}
        </div>
      </div>
      <div className='whole'>
        {filter.order
          ? (
            <OrderPage key={filter.order} id={filter.order}>
              {order => (
                <>
                  <SuggestedUnit order={order} />
                  <OrderActions order={order} />
                  <div className='row matter-line'>
                    <OrderContact order={order} />
                    <CorrectMatter order={order} />
                    <Confidential order={order} />
                  </div>
                </>
              )}
            </OrderPage>
            )
          : <div className='box muted empty'>{t('choose')}</div>}
      </div>
    </div>
  )
}

function Filters (): ReactNode {
  const { t } = useTranslation('dispatch')
  const { set, value, query } = useBoardFilter()
  const units = useUnits()
  const categories = useCategories()
  const nameOf = useNameOf()
  const [number, setNumber] = useState(value('number') ?? '')
  const rested = useDebounced(number)
  useEffect(() => { if (/^[\d-]*$/.test(rested) && rested !== (value('number') ?? '')) set({ number: rested }) }, [rested, set, value])
  const classes = [...new Map(categories.map(c => [c.classCode, nameOf({ name: c.className, nameEn: c.classNameEn })]))]
  const choose = (
    field: 'townId' | 'unitId' | 'category' | 'state', name: string, width: number, options: Array<{ value: string, label: string }>
  ): ReactNode => (
    <Select
      style={{ width }}
      allowClear
      aria-label={name}
      placeholder={name}
      value={value(field)}
      onChange={(v: string | undefined) => { set({ [field]: v ?? null }) }}
      showSearch={field === 'state' ? false : { optionFilterProp: 'label' }}
      options={options}
    />
  )
  return (
    <div className='row filters' role='group' aria-label={t('filters')}>
      <Input
        style={{ width: 136 }}
        allowClear
        aria-label={t('order:number')}
        placeholder={t('order:number')}
        value={number}
        onChange={e => { setNumber(e.target.value) }}
      />
      {choose('townId', t('order:town'), 120, units.filter(u => u.kind === 'town').map(u => ({ value: u.id, label: nameOf(u) })))}
      {choose('unitId', t('order:unit'), 150, units.map(u => ({ value: u.id, label: nameOf(u) })))}
      {choose('category', t('order:category'), 120, classes.map(([code, name]) => ({ value: code, label: name })))}
      {choose('state', t('order:state'), 104, orderStates.map(s => ({ value: s, label: t(`order:state.${s}`) })))}
      <Checkbox
        checked={query.overtime ?? false}
        onChange={e => { set({ overtime: e.target.checked ? '1' : null }) }}
      >
        {t('overtime')}
      </Checkbox>
      <Checkbox
        checked={query.problem ?? false}
        onChange={e => { set({ problem: e.target.checked ? '1' : null }) }}
      >
        {t('problem')}
      </Checkbox>
      <Checkbox checked={query.urged ?? false} onChange={e => { set({ urged: e.target.checked ? '1' : null }) }}>{t('urged')}</Checkbox>
      <Button
        size='small'
        type='text'
        onClick={() => {
          setNumber('')
          set({ townId: null, unitId: null, category: null, number: null, state: null, overtime: null, problem: null, urged: null })
        }}
      >
        {t('clear')}
      </Button>
    </div>
  )
}
