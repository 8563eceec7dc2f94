import { Alert, Button, Modal, Space } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePhone } from './phone-provider.tsx'

/** Place and trouble of the telephone in a few words on the bar; a click shows what can be done. */
export function PhonePlaceNote (): ReactNode {
  const { t } = useTranslation('phone')
  const { place, state, useDeskPhone, again } = usePhone()
  const [open, setOpen] = useState(false)
  const noMicrophone = state.microphone === 'refused'
  const down = place === 'here' && (state.registration === 'refused' || state.registration === 'lost')
  const standing = !isSecureContext && place === 'desk'
    ? t('notSecure')
    : noMicrophone ? t('microphoneRefused') : down ? t(state.registration) : place === 'here' ? t(state.registration) : t(place)
  // Only a registered telephone can be rung.
  const rings = place === 'here' && !noMicrophone && state.registration === 'registered'
  const missing = rings ? Object.entries(state.exchanges).flatMap(([node, is]) => is === 'lost' || is === 'refused' ? node : []).sort() : []
  const trouble = noMicrophone || down || missing.length > 0 || place === 'none'
  const word = missing.length === 0 ? standing : t('without', { exchanges: missing.join(' ') })
  return (
    <>
      <button
        type='button'
        aria-live='polite'
        className={`phone-place ${trouble ? 'trouble' : ''}`}
        onClick={() => { setOpen(true) }}
        title={word}
      >
        {noMicrophone || down ? '✕ ' : rings ? '● ' : '○ '}{rings ? t('here') : word.split(/[：:]/)[0]}
        {missing.length > 0 && ` ✕ ${missing.join(' ')}`}
      </button>
      <Modal open={open} onCancel={() => { setOpen(false) }} footer={null} title={t('place')} width={420}>
        <Alert type={trouble ? 'error' : 'info'} title={place === 'other-tab' ? t('otherTab') : word} style={{ marginBottom: 12 }} />
        <Space>
          {(noMicrophone || down || missing.length > 0) && (
            <Button type='primary' onClick={() => { setOpen(false); again() }}>{t(noMicrophone ? 'retryMicrophone' : 'retryNow')}</Button>
          )}
          {!isSecureContext
            ? null
            : place === 'desk' && !noMicrophone
              ? <Button onClick={() => { setOpen(false); useDeskPhone(false) }}>{t('useHere')}</Button>
              : <Button onClick={() => { setOpen(false); useDeskPhone(true) }}>{t('useDesk')}</Button>}
        </Space>
      </Modal>
    </>
  )
}
