import { Button, Input, Select } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import { now } from '../../../moments/now.ts'
import { useKeptForm } from '../kept-form.ts'

const hourChoices = [1, 4, 12, 24, 72, 168, 720]
const reasonChoices = ['abuse', 'silent', 'nuisance'] as const

/** Blocks a number: until when, why, and on what evidence. What was typed stays when it is refused. */
export function BlockForm ({ onDone }: { onDone: () => void }): ReactNode {
  const { t } = useTranslation('supervise')
  const { form, write, busy, send } = useKeptForm('block', () => ({ number: '', reason: '', evidence: '', hours: 24 }))
  const block = async (): Promise<void> => {
    await send(async () => {
      const until = new Date(now() + form.hours * 3_600_000).toISOString()
      await api.POST('/api/number-blocks',
        { params: { header: onceKey() }, body: { number: form.number, reason: form.reason.trim(), evidence: form.evidence.trim(), until } })
    }, t('block.done'))
    onDone()
  }
  return (
    <div className='row block-form'>
      <Input
        value={form.number}
        maxLength={60}
        aria-label={t('block.number')}
        placeholder={t('block.number')}
        onChange={e => { write({ number: e.target.value }) }}
        style={{ width: 170 }}
      />
      <Select
        value={form.hours}
        aria-label={t('block.until')}
        onChange={hours => { write({ hours }) }}
        options={hourChoices.map(h => ({ value: h, label: t(`block.for.${h}`) }))}
        style={{ width: 190 }}
      />
      <Input
        list='block-reasons'
        value={form.reason}
        maxLength={200}
        aria-label={t('reason')}
        placeholder={t('reason')}
        onChange={e => { write({ reason: e.target.value }) }}
        style={{ width: 200 }}
      />
      <datalist id='block-reasons'>{reasonChoices.map(r => <option key={r} value={t(`block.why.${r}`)} />)}</datalist>
      <Input
        value={form.evidence}
        maxLength={1000}
        aria-label={t('block.evidence')}
        placeholder={t('block.evidenceHint')}
        onChange={e => { write({ evidence: e.target.value }) }}
        style={{ flex: 1, minWidth: 220 }}
      />
      <Button
        type='primary'
        danger
        loading={busy}
        disabled={form.number.trim() === '' || form.reason.trim().length < 2 || form.evidence.trim().length < 2}
        onClick={() => { void block() }}
      >
        {t('block.block')}
      </Button>
    </div>
  )
}
