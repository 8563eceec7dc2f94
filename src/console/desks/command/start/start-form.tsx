import { Input, Radio, Switch } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { every, wordOf } from '../../../api/closed-lists.ts'
import { KeyButton } from '../../../shell/shortcuts.tsx'
import type { Incident } from '../incident.ts'

const dialModes = every<Incident['mode']>()(['simultaneous', 'sequential'])

/** What is entered about an incident when it is started. */
export interface NewIncident { title: string, place: string, level: string, reason: string, drill: boolean, mode: Incident['mode'] }

interface StartFormProps {
  incident: NewIncident
  onChange: (change: Partial<NewIncident>) => void
  /** people who will be dialled */
  dialled: number
  busy: boolean
  onStart: () => void
}

export function StartForm ({
  incident: { title, place, level, reason, drill, mode }, onChange, dialled, busy, onStart
}: StartFormProps): ReactNode {
  const { t } = useTranslation('command')
  return (
    <section className='box command-right' aria-label={t('start')}>
      <h3>{t('start')}</h3>
      <label htmlFor='title'>{t('title')} <span className='muted small'>{t('titleHint')}</span></label>
      <Input id='title' value={title} maxLength={100} onChange={e => { onChange({ title: e.target.value }) }} />
      <label htmlFor='place'>{t('place')}</label>
      <Input id='place' value={place} maxLength={100} onChange={e => { onChange({ place: e.target.value }) }} />
      <label htmlFor='level'>{t('level')}</label>
      <Radio.Group
        id='level'
        aria-label={t('level')}
        optionType='button'
        options={['Ⅳ', 'Ⅲ', 'Ⅱ', 'Ⅰ'].map(l => ({ value: `${l}级`, label: t('levelOf', { level: l }) }))}
        value={level}
        onChange={e => { onChange({ level: String(e.target.value) }) }}
      />
      <label htmlFor='reason'>{t('reason')}</label>
      <Input.TextArea
        id='reason'
        autoSize={{ minRows: 2 }}
        maxLength={500}
        value={reason}
        onChange={e => { onChange({ reason: e.target.value }) }}
      />
      <label htmlFor='mode'>{t('mode')}</label>
      <Radio.Group
        id='mode'
        aria-label={t('mode')}
        optionType='button'
        options={dialModes.map(value => ({ value, label: t(value) }))}
        value={mode}
        onChange={e => { onChange({ mode: wordOf(dialModes, e.target.value) ?? mode }) }}
      />
      <span className='row drill'>
        <Switch checked={drill} onChange={on => { onChange({ drill: on }) }} aria-label={t('drill')} />
        <b className={drill ? '' : 'late-word'}>{t(drill ? 'drill' : 'real')}</b>
      </span>
      <KeyButton
        type='primary'
        danger={!drill}
        size='large'
        block
        keys='Ctrl+Enter'
        loading={busy}
        disabled={busy || title.trim() === '' || reason.trim() === '' || dialled === 0}
        onPress={onStart}
      >
        {t('startNow')} · {dialled}{t('people')}
      </KeyButton>
    </section>
  )
}
