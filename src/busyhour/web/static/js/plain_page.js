// A page without a view: its links keep the view, and the freshness stands in its bar.
import { keepFresh, keepView } from "./surroundings_bar.js";
import "./tooltip.js";

keepView();
keepFresh();
