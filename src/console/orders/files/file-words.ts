import { addWords } from '../../words/words.ts'
import type { OrderFile } from './order-files.ts'

addWords<`file.${OrderFile['type']}` | `scan.${OrderFile['scan']}`>('order', {
  zh: {
    files: '附件',
    addFiles: '添加附件',
    filesHint: 'PDF、图片、DOCX、XLSX、MP3、WAV、MP4、TXT；每项最多九个。带宏、加密的文件和压缩包不收',
    filePurpose: '用于',
    fileUnnamed: '名称不向您显示',
    fileUnscanned: '未经病毒扫描',
    dropFile: '撤下附件',
    sendingFile: '正在上传',
    sendFileAgain: '重传',
    leaveFile: '不传了',
    'scan.waiting': '等待病毒扫描',
    'scan.clean': '已扫描',
    'scan.found': '发现病毒，已删除',
    'file.pdf': 'PDF',
    'file.jpeg': '图片',
    'file.docx': '文档',
    'file.xlsx': '表格',
    'file.mp3': '录音',
    'file.wav': '录音',
    'file.mp4': '视频',
    'file.txt': '文本'
  },
  en: {
    files: 'Files',
    addFiles: 'Add files',
    filesHint: 'PDF, pictures, DOCX, XLSX, MP3, WAV, MP4, TXT; nine at most of each kind. Macros, encryption and archives are refused',
    filePurpose: 'For',
    fileUnnamed: 'its name is withheld',
    fileUnscanned: 'not scanned for viruses',
    dropFile: 'Remove the file',
    sendingFile: 'Sending',
    sendFileAgain: 'Send again',
    leaveFile: 'Discard',
    'scan.waiting': 'waits for the virus scan',
    'scan.clean': 'scanned',
    'scan.found': 'virus found; deleted',
    'file.pdf': 'PDF',
    'file.jpeg': 'Picture',
    'file.docx': 'Document',
    'file.xlsx': 'Sheet',
    'file.mp3': 'Sound',
    'file.wav': 'Sound',
    'file.mp4': 'Film',
    'file.txt': 'Text'
  }
})
