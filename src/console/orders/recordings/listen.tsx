import './listen-words.ts'
import { Button, Input, Modal } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useAttempt } from '../../shell/refusals.ts'

interface ListenProps {
  /** the button's word */
  name: string
  /** reads the recording for this reason, which is kept with the listener */
  read: (reason: string) => Promise<Blob>
  /** what stands beside the player once it plays */
  children?: ReactNode
}

/** A recording, played after a reason is given; reason and listener are audited. */
export function Listen ({ name, read, children }: ListenProps): ReactNode {
  const { t } = useTranslation('order')
  const attempt = useAttempt()
  const [asking, setAsking] = useState(false)
  const [why, setWhy] = useState('')
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => () => { if (url !== null) URL.revokeObjectURL(url) }, [url])
  const listen = async (): Promise<void> => {
    if (why.trim().length < 2) return
    const went = await attempt(async () => { setUrl(URL.createObjectURL(await read(why.trim()))) })
    if (went) setAsking(false)
  }
  return (
    <>
      <Button size='small' onClick={() => { setWhy(''); setAsking(true) }}>{name}</Button>
      {url !== null && <audio controls autoPlay src={url} aria-label={name} />}
      {url !== null && children}
      <Modal
        open={asking}
        title={name}
        okText={name}
        okButtonProps={{ disabled: why.trim().length < 2 }}
        onCancel={() => { setAsking(false) }}
        onOk={() => { void listen() }}
      >
        <Input
          autoFocus
          value={why}
          maxLength={200}
          aria-label={t('listenWhy')}
          placeholder={t('listenHint')}
          onChange={e => { setWhy(e.target.value) }}
          onPressEnter={() => { void listen() }}
        />
        <p className='muted small'>{t('listenWhy')}</p>
      </Modal>
    </>
  )
}
