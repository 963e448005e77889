import { render } from 'preact';
import { App } from './component/app.tsx';
import { runGatewayTime } from './model/gateway-time.ts';
import { runLimits } from './model/limits.ts';
import { runLink } from './model/link.ts';
import { runRoute } from './model/route.ts';
import { runTab } from './model/tab.ts';
import { runTheme } from './model/theme.ts';
import { runLanguage } from './text/language.ts';

runTheme();
runRoute();
runGatewayTime();
runLink();
runLimits();
runTab();

const root = document.getElementById('page');
void runLanguage().then(() => {
  // What stands there until now says that the page has not started.
  root?.replaceChildren();
  if (root !== null) render(<App />, root);
});
