"""Measures and colours of Discord's clients, as far as they matter to what fits where."""

STYLE = """
.desktop, .phone { background: #313338; border-color: #26272b; color: #dbdee1;
  font: 16px/1.375 "gg sans", "Noto Sans", "Open Sans", "Helvetica Neue", Arial, sans-serif; }
.message { display: flex; gap: 16px; padding: 12px 16px; }
.phone .message { gap: 10px; padding: 10px 12px; }
.avatar { width: 40px; height: 40px; border-radius: 50%; background: #e05c38; color: #fff; flex: none;
  display: flex; align-items: center; justify-content: center; font-size: 20px; }
.body { min-width: 0; flex: 1; }
.body b { color: #f2f3f5; }
.app { font-size: 10px; font-weight: 600; background: #5865f2; border-radius: 4px; padding: 1px 5px; margin: 0 6px;
  color: #fff; }
time { font-size: 12px; color: #949ba4; }
.content { overflow-wrap: anywhere; }
.small { font-size: 13px; color: #949ba4; }
.item { padding-left: 18px; text-indent: -14px; }
.item::before { content: "• "; }
.only-you { font-size: 12px; color: #949ba4; margin-top: 4px; }
.time { background: #3f4147; border-radius: 3px; padding: 0 2px; }
blockquote { margin: 0; padding-left: 12px; border-left: 4px solid #4e5058; }
pre { margin: 4px 0; padding: 8px; font: 14px/1.3 Consolas, Menlo, monospace; background: #2b2d31;
  white-space: pre-wrap; border: 1px solid #1e1f22; border-radius: 4px; overflow-wrap: anywhere; }
a { color: #00a8fc; text-decoration: none; }
.mosaic { display: grid; gap: 4px; max-width: 550px; margin: 4px 0; }
.mosaic.of2, .mosaic.of4 { grid-template-columns: 1fr 1fr; }
.mosaic.of3 { grid-template-columns: 2fr 1fr; }
.mosaic img { width: 100%; border-radius: 8px; display: block; object-fit: cover; max-height: 350px; }
.mosaic.of1 img { width: auto; max-width: 100%; max-height: 350px; }
.mosaic.of4 img { aspect-ratio: 1; }
.file { background: #2b2d31; border: 1px solid #1e1f22; border-radius: 8px; padding: 12px; margin: 4px 0;
  width: 300px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
button { font: 500 14px/1 "gg sans", "Noto Sans", "Open Sans", Arial, sans-serif; height: 32px;
  padding: 0 16px; border: 0; border-radius: 8px; background: #4e5058; color: #fff; }
.phone button { height: 40px; }
button.primary { background: #5865f2; }
button.danger { background: #da373c; }
button.link { background: none; }
.panel { background: #2b2d31; border: 1px solid #26272b; border-left: 4px solid; border-radius: 8px; padding: 12px 16px;
  margin-top: 4px; max-width: 560px; }
.modal { background: #313338; padding: 16px; max-width: 440px; margin: auto; }
.modal .head { font-size: 20px; padding-bottom: 8px; }
.modal label { font-weight: 600; font-size: 14px; display: block; margin: 12px 0 6px; color: #f2f3f5; }
.needed { color: #fa777c; }
.input, .select, .files { background: #1e1f22; border-radius: 4px; padding: 10px; min-height: 22px;
  position: relative; }
.input { min-height: 70px; }
.select i { position: absolute; right: 10px; top: 10px; font-style: normal; }
.select small { display: block; color: #949ba4; }
.files { border: 1px dashed #4e5058; color: #949ba4; text-align: center; }
.modal .foot { text-align: right; padding-top: 16px; display: flex; justify-content: flex-end; gap: 8px; }
"""
