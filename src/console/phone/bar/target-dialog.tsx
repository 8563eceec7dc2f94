import { Button, Input, Modal, type InputRef } from 'antd'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { every } from '../../api/closed-lists.ts'
import { useAgents } from '../my-agent.ts'
import { targetOf, type Centre, type Target } from './switching.ts'

const centres = every<Centre>()(['110', '119', '120', '122'])

interface TargetDialogProps {
  open: boolean
  title: string
  own: string | null
  outside: boolean
  onClose: () => void
  onPick: (to: Target) => void
}

/** Asks for the target of a transfer, consultation or call: a ready colleague, a number, an emergency centre. */
export function TargetDialog ({ open, title, own, outside, onClose, onPick }: TargetDialogProps): ReactNode {
  const { t } = useTranslation('phone')
  const [typed, setTyped] = useState('')
  const field = useRef<InputRef>(null)
  const ready = useAgents().filter(a => a.state === 'ready' && a.extension !== own)
  useEffect(() => { if (open) setTyped('') }, [open])
  const pick = (to: Target): void => { onPick(to); onClose() }
  return (
    <Modal
      open={open} title={title} footer={null} onCancel={onClose} width={440} destroyOnHidden afterOpenChange={now => {
        if (now) field.current?.focus()
      }}
    >
      <Input.Search
        ref={field} value={typed} aria-label={t('target')} placeholder={outside ? t('targetHint') : t('dialHint')} enterButton={title}
        onChange={e => { setTyped(e.target.value) }} onSearch={text => { if (text.trim()) pick(targetOf(text.trim())) }}
      />
      {outside && (
        <>
          <h4>{t('centres')}</h4>
          <div className='choices'>{centres.map(c => <Button key={c} onClick={() => { pick({ centre: c }) }}>{c}</Button>)}</div>
        </>
      )}
      <h4>{t('colleagues')}</h4>
      <div className='choices'>
        {ready.map(a => (
          <Button key={a.extension} onClick={() => { pick({ extension: a.extension }) }}>{a.extension} {a.displayName}</Button>
        ))}
      </div>
    </Modal>
  )
}
