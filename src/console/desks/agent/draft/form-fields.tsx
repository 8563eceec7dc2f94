import { Checkbox, Input, Select, type InputRef } from 'antd'
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { every } from '../../../api/closed-lists.ts'
import { useNameOf, useUnits } from '../../../directory/directory.ts'
import { complainantKinds, urgencies, type RequestType } from '../../../orders/order-lists.ts'
import type { OrderFields } from '../../../orders/order-types.ts'
import type { Call } from '../../../phone/my-agent.ts'
import { phoneText } from '../../../phone/phone-text.ts'
import { CategoryField } from './category-field.tsx'
import type { DraftBook } from './draft-book.ts'
import type { Draft } from './draft.ts'
import { PlaceField } from './place-field.tsx'
import { useTownGuess } from './town-guess.ts'

/** The most frequent first. */
const requestTypes = every<RequestType>()(['HELP', 'COMPLAINT', 'CONSULTATION', 'REPORT_OF_WRONG', 'SUGGESTION', 'FIND', 'PRAISE', 'ALARM'])
const marks = ['elderly', 'dialect', 'injured'] as const

interface FormFieldsProps { book: DraftBook, draft: Draft, call: Call | null }

/** What happened, where, when and to whom, in the order in which it is asked. The cursor begins in the title. */
export function FormFields ({ book, draft, call }: FormFieldsProps): ReactNode {
  return (
    <div className='agent-form'>
      <MatterFields book={book} draft={draft} />
      <ComplainantFields book={book} draft={draft} call={call} />
    </div>
  )
}

function MatterFields ({ book, draft }: Omit<FormFieldsProps, 'call'>): ReactNode {
  const { t } = useTranslation('agent')
  const units = useUnits()
  const nameOf = useNameOf()
  const first = useRef<InputRef>(null)
  const { fields, key } = draft
  const guessed = useTownGuess(book, draft)
  useEffect(() => { first.current?.focus() }, [])
  const write = (change: OrderFields): void => { book.write(key, change) }
  const towns = units.filter(u => u.kind === 'town')
  return (
    <>
      <div style={{ gridColumn: 'span 3' }}>
        <label htmlFor='f-type'>{t('order:requestType')}</label>
        <Select
          id='f-type'
          value={fields.requestType ?? null}
          onChange={requestType => { write({ requestType }) }}
          showSearch={{ optionFilterProp: 'label' }}
          options={requestTypes.map(r => ({ value: r, label: t(`order:type.${r}`) }))}
        />
      </div>
      <div style={{ gridColumn: 'span 9' }}>
        <label htmlFor='f-title'>{t('what')}</label>
        <Input id='f-title' ref={first} maxLength={200} value={fields.title ?? ''} onChange={e => { write({ title: e.target.value }) }} />
      </div>
      <div style={{ gridColumn: 'span 8' }}>
        <label htmlFor='f-place'>{t('where')}</label>
        <PlaceField id='f-place' fields={fields} onWrite={write} />
      </div>
      <div style={{ gridColumn: 'span 4' }}>
        <label htmlFor='f-town'>{t('order:town')} {guessed && <span className='muted'>{t('townGuessed')}</span>}</label>
        <Select
          id='f-town'
          allowClear
          value={fields.townId ?? null}
          onChange={(townId: string | undefined) => { book.write(key, { townId: townId ?? null }, townId !== undefined) }}
          showSearch={{ optionFilterProp: 'label' }}
          options={towns.map(u => ({ value: u.id, label: nameOf(u) }))}
        />
      </div>
      <div style={{ gridColumn: 'span 5' }}>
        <label htmlFor='f-category'>{t('category')}</label>
        <CategoryField
          id='f-category'
          value={fields.categoryCode ?? null}
          onChange={category => { write(category ? { categoryCode: category.code, urgency: category.urgency } : { categoryCode: null }) }}
        />
      </div>
      <div style={{ gridColumn: 'span 3' }}>
        <label htmlFor='f-urgency'>{t('order:urgency')}</label>
        <Select
          id='f-urgency'
          value={fields.urgency ?? null}
          onChange={urgency => { write({ urgency }) }}
          placeholder={t('kindOfCategory')}
          options={urgencies.map(u => ({ value: u, label: t(`order:urgency.${u}`) }))}
        />
      </div>
      <div style={{ gridColumn: 'span 4' }}>
        <label htmlFor='f-when'>{t('when')}</label>
        <Input id='f-when' maxLength={200} value={fields.occurred ?? ''} onChange={e => { write({ occurred: e.target.value }) }} />
      </div>
      <div style={{ gridColumn: 'span 12' }}>
        <label htmlFor='f-course'>{t('course')}</label>
        <Input.TextArea
          id='f-course'
          rows={6}
          maxLength={10_000}
          value={fields.description ?? ''}
          onChange={e => { write({ description: e.target.value }) }}
        />
      </div>
    </>
  )
}

/** What the complainant is; an enterprise or organisation has a credit code. */
function KindFields ({ book, draft }: Omit<FormFieldsProps, 'call'>): ReactNode {
  const { t } = useTranslation('agent')
  const { fields, key } = draft
  const kind = fields.complainantKind ?? 'PERSON'
  const refused = draft.refused?.field === 'creditCode'
  const write = (change: OrderFields): void => { book.write(key, change) }
  return (
    <>
      <div style={{ gridColumn: 'span 4' }}>
        <label htmlFor='f-kind'>{t('order:complainantKind')}</label>
        <Select
          id='f-kind'
          value={kind}
          onChange={chosen => { write({ complainantKind: chosen, ...(chosen === 'PERSON' ? { creditCode: '' } : {}) }) }}
          options={complainantKinds.map(k => ({ value: k, label: t(`order:kind.${k}`) }))}
        />
      </div>
      {kind !== 'PERSON' && (
        <div style={{ gridColumn: 'span 4' }}>
          <label htmlFor='f-credit-code'>{t('order:creditCode')}</label>
          <Input
            id='f-credit-code'
            maxLength={40}
            status={refused ? 'error' : ''}
            aria-invalid={refused}
            value={fields.creditCode ?? ''}
            onChange={e => { write({ creditCode: e.target.value }) }}
          />
        </div>
      )}
    </>
  )
}

function ComplainantFields ({ book, draft, call }: FormFieldsProps): ReactNode {
  const { t } = useTranslation('agent')
  const units = useUnits()
  const nameOf = useNameOf()
  const { fields, key } = draft
  const refused = draft.refused?.field
  const write = (change: OrderFields): void => { book.write(key, change) }
  return (
    <>
      <div style={{ gridColumn: 'span 4' }}>
        <label htmlFor='f-who'>{t('who')}</label>
        <Input
          id='f-who'
          maxLength={200}
          value={fields.complainantName ?? ''}
          onChange={e => { write({ complainantName: e.target.value }) }}
        />
      </div>
      <div style={{ gridColumn: 'span 4' }}>
        <label htmlFor='f-phone'>{t('phone')}</label>
        <Input
          id='f-phone'
          maxLength={60}
          inputMode='tel'
          status={refused === 'complainantNumber' ? 'error' : ''}
          aria-invalid={refused === 'complainantNumber'}
          value={fields.complainantNumber ?? ''}
          placeholder={phoneText(call?.number ?? '')}
          onChange={e => { write({ complainantNumber: e.target.value }) }}
        />
      </div>
      <KindFields book={book} draft={draft} />
      <div style={{ gridColumn: 'span 4' }}>
        <label htmlFor='f-about'>{t('order:aboutUnit')}</label>
        <Select
          id='f-about'
          allowClear
          value={fields.aboutUnitId ?? null}
          onChange={(aboutUnitId: string | undefined) => { write({ aboutUnitId: aboutUnitId ?? null }) }}
          showSearch={{ optionFilterProp: 'label' }}
          options={units.map(u => ({ value: u.id, label: nameOf(u) }))}
        />
      </div>
      <div className='checks' style={{ gridColumn: 'span 12' }}>
        <Checkbox
          checked={fields.confidential ?? fields.requestType === 'REPORT_OF_WRONG'}
          onChange={e => { write({ confidential: e.target.checked }) }}
        >
          {t('order:confidential')}
        </Checkbox>
        <Checkbox
          checked={fields.anonymous ?? false}
          onChange={e => { write({ anonymous: e.target.checked }) }}
        >
          {t('order:anonymous')}
        </Checkbox>
        <Checkbox
          checked={fields.wantsCallback ?? true}
          onChange={e => { write({ wantsCallback: e.target.checked }) }}
        >
          {t('order:wantsCallback')}
        </Checkbox>
        {marks.map(m => (
          <Checkbox
            key={m}
            checked={fields.marks?.includes(m) ?? false}
            onChange={e => {
              write({ marks: e.target.checked ? [...fields.marks ?? [], m] : (fields.marks ?? []).filter(x => x !== m) })
            }}
          >
            {t(`order:mark.${m}`)}
          </Checkbox>
        ))}
      </div>
    </>
  )
}
