import { Button, Upload } from 'antd'
import type { ReactNode } from 'react'

/** Reads a text file (UTF-8) into the page; nothing is sent. */
export function TextFileButton ({ label, onText }: { label: string, onText: (text: string) => void }): ReactNode {
  return (
    <Upload
      accept='.csv,.txt' showUploadList={false}
      beforeUpload={file => {
        void file.text().then(onText)
        return false
      }}
    >
      <Button>{label}</Button>
    </Upload>
  )
}
