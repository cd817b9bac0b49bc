// Sets a header on every answer. Replace this with what the plugin is for.
import { plugin } from 'portico';

/** As schema.json describes it; checked before this code runs, defaults filled in. */
interface Settings {
  readonly header: string;
  readonly value: string;
}

export default plugin<Settings>((settings, host) => {
  host.log.debug('ready', { header: settings.header });

  return async function templateName(ctx, next) {
    await next();
    // The head is decided and has not left: headers can still change, the body has not begun to flow.
    if (ctx.call.reply !== undefined) ctx.call.reply.headers[settings.header] = settings.value;
  };
});
