"""Measures and colours of Slack's clients, as far as they matter to what fits where."""

STYLE = """
.desktop, .phone { font: 15px/1.46 Lato, "Helvetica Neue", Arial, sans-serif; color: #1d1c1d; }
.phone { font-size: 16px; }
.message { display: flex; gap: 8px; padding: 8px 20px; }
.phone .message { padding: 8px 14px; }
.avatar { width: 36px; height: 36px; border-radius: 6px; background: #e05c38; color: #fff; flex: none;
  display: flex; align-items: center; justify-content: center; font-size: 20px; }
.avatar.small { width: 24px; height: 24px; font-size: 14px; }
.body { min-width: 0; flex: 1; }
.app { font-size: 10px; background: #e8e8e8; border-radius: 2px; padding: 1px 3px; margin: 0 6px; color: #616061; }
time { font-size: 12px; color: #616061; }
.only-you { font-size: 13px; color: #616061; }
.block { margin: 4px 0 8px; overflow-wrap: anywhere; max-width: 600px; }
.header { font-size: 18px; font-weight: 700; margin-top: 12px; }
.context { font-size: 13px; color: #616061; line-height: 1.38; }
.section { display: flex; justify-content: space-between; gap: 16px; }
.section .words { min-width: 0; flex: 1; }
.phone .section:has(.select) { display: block; }
.accessory { flex: none; }
.accessory img { width: 88px; height: 88px; object-fit: cover; border-radius: 8px; }
.image img { max-width: 360px; max-height: 360px; border-radius: 8px; display: block; }
.phone .image img { max-width: 100%; }
.image-title { font-size: 13px; color: #616061; margin-bottom: 4px; }
blockquote { margin: 4px 0; padding-left: 12px; border-left: 4px solid #ddd; }
pre { margin: 4px 0; padding: 8px; font: 12px/1.5 Monaco, Menlo, monospace; background: #f8f8f8; white-space: pre-wrap;
  border: 1px solid #ddd; border-radius: 4px; overflow-wrap: anywhere; }
ul { margin: 2px 0; padding-left: 26px; }
a { color: #1264a3; text-decoration: none; }
button { font: 700 13px/1 Lato, Arial, sans-serif; height: 28px; padding: 0 10px; border: 1px solid #bbb;
  border-radius: 4px; background: #fff; color: #1d1c1d; margin: 0 8px 6px 0; }
.phone button { height: 36px; font-size: 15px; }
button.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
button.danger { background: #e01e5a; border-color: #e01e5a; color: #fff; }
.dialog { border: 1px solid #ddd; border-radius: 8px; padding: 8px 12px; margin: 4px 0; box-shadow: 0 1px 6px #0002; }
.dialog p { margin: 4px 0 8px; }
.select, div.input:not(.block) { border: 1px solid #bbb; border-radius: 4px; padding: 6px 28px 6px 10px;
  position: relative; min-height: 22px; background: #fff; }
.select i { position: absolute; right: 10px; top: 6px; font-style: normal; color: #616061; }
.select small { display: block; color: #616061; }
.section .select { width: 230px; font-size: 13px; }
.phone .section .select { width: auto; margin-top: 4px; }
div.input:not(.block) { min-height: 66px; }
.modal, .home { padding: 16px 20px; }
.modal { max-width: 480px; margin: auto; }
.modal .head { display: flex; gap: 8px; align-items: center; font-size: 20px; padding-bottom: 8px; }
.phone .modal .head { font-size: 17px; }
.modal label { font-weight: 700; display: block; margin: 8px 0 4px; }
.optional { font-weight: 400; color: #616061; }
.modal .foot { text-align: right; padding-top: 12px; }
"""
