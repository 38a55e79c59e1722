// Keys and small comforts of a form's page. The page works without any of this.
(function () {
  "use strict";
  document.documentElement.classList.add("js");
  var form = document.querySelector("form[data-form]");
  var sent = false;

  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function reveal(element) {
    if (!element) return;
    var folded = element.closest("details:not([open])");
    if (folded) folded.open = true;
    element.focus();
    if (element.select && element.matches("input")) element.select();
    element.scrollIntoView({ block: "nearest" });
  }

  // ---- what is typed and not saved -------------------------------------------------------------------------------
  function typed() {
    if (!form) return "";
    var left = ["csrf_token", "revision", "base", "live", "drafted"];
    return Array.from(new FormData(form)).filter(function (pair) {
      return left.indexOf(pair[0]) < 0 && !/^(reason|note)\./.test(pair[0]);
    }).map(function (pair) { return pair[0] + "=" + pair[1]; }).join("\n");
  }
  var untouched = form && !form.hasAttribute("data-typed") ? typed() : null;
  function isUnsaved() { return form && !sent && typed() !== untouched; }
  window.addEventListener("beforeunload", function (event) { if (isUnsaved() && !form.hasAttribute("data-kept")) event.preventDefault(); });
  window.addEventListener("pageshow", function () { sent = false; });
  if (form) form.addEventListener("submit", function (event) {
    if (sent) { event.preventDefault(); return; } // a second press of a slow save
    sent = true;
  });

  // ---- the grid --------------------------------------------------------------------------------------------------
  function step(from, selector, by) {
    var found = all(selector).filter(function (element) { return element.offsetParent !== null; });
    return found[found.indexOf(from) + by];
  }
  // "<5" in the value is the comparator and the value.
  function splitComparator(input) {
    var match = /^\s*([<>＜＞])\s*([0-9０-９].*)$/.exec(input.value);
    var select = match && form.elements[input.name + ".comparator"];
    if (!select) return;
    select.value = match[1] === "<" || match[1] === "＜" ? "<" : ">";
    input.value = match[2];
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("input[data-lab]")) splitComparator(event.target);
  }, true);

  // ---- keys ------------------------------------------------------------------------------------------------------
  function nextFinding(by) {
    var stops = all("[data-finding], [aria-invalid=true]");
    if (!stops.length) return;
    var here = document.activeElement;
    var at = stops.findIndex(function (stop) { return stop === here || stop.contains(here); });
    reveal(stops[(at < 0 ? (by > 0 ? 0 : stops.length - 1) : at + by + stops.length) % stops.length]);
  }
  function toAnswer() {
    var here = document.activeElement.closest("[data-finding]");
    var box = (here || document).querySelector("[data-reply]");
    reveal(box || (here && here.querySelector("a, button")));
  }
  function history() {
    var here = document.activeElement.closest("tr, .field, .score-row");
    var link = here && here.querySelector("[data-history]");
    if (link) link.click();
  }
  function save() {
    if (!form) return;
    if (document.activeElement.blur) document.activeElement.blur();
    form.requestSubmit(form.querySelector("[data-save]"));
  }
  function showKeys() {
    var dialog = document.getElementById("keys");
    if (dialog && dialog.showModal && !dialog.open) dialog.showModal();
  }
  var keys = {
    F8: function (event) { nextFinding(event.shiftKey ? -1 : 1); },
    F2: toAnswer,
    F9: history
  };
  var ctrlKeys = { s: save, "/": showKeys };

  // A question with few answers is one stop: its chosen answer, or its first.
  function entryOf(element) {
    if (element.type !== "radio") return element;
    var group = all("input[type=radio][name='" + element.name + "']");
    return group.find(function (each) { return each.checked; }) || group[0];
  }
  function onEnter(event) {
    var field = event.target;
    if (field.matches("input[data-lab]")) {
      event.preventDefault();
      reveal(step(field, "input[data-lab]", event.shiftKey ? -1 : 1) || (event.shiftKey ? null : document.querySelector("[data-save]")));
    } else if (form && form.contains(field) && field.matches("input:not([type=submit]), select, textarea.line")) {
      event.preventDefault(); // Enter goes on; Ctrl+S saves
      var stops = Array.from(form.elements).filter(function (element) { return element.offsetParent !== null && element.tabIndex >= 0 && entryOf(element) === element; });
      reveal(stops[stops.indexOf(entryOf(field)) + (event.shiftKey ? -1 : 1)]);
    }
  }
  document.addEventListener("keydown", function (event) {
    var ctrl = event.ctrlKey || event.metaKey;
    if (ctrl && event.key === "Enter" && event.target.matches("[data-form] [data-reply]")) { // elsewhere a box has a form of its own
      event.preventDefault();
      event.target.closest(".thread").querySelector("button[name=answer]").click();
    } else if (ctrl && ctrlKeys[event.key]) {
      event.preventDefault();
      ctrlKeys[event.key](event);
    } else if (!ctrl && !event.altKey && keys[event.key]) {
      event.preventDefault();
      keys[event.key](event);
    } else if (event.key === "Enter" && !ctrl && !event.isComposing) {
      onEnter(event);
    } else if (!ctrl && !event.altKey && event.target.matches(".yn input[type=radio]")) {
      inSegment(event);
    }
  });

  // ---- questions with few answers: a letter or a digit answers, and in a list of questions goes on to the next one ----
  function inSegment(event) {
    var radio = event.target, list = radio.closest("[data-questions]");
    if (/^(Delete|Backspace)$/.test(event.key)) clearSegment(radio);
    else if (/^[a-z0-9]$/i.test(event.key)) { if (chooseInSegment(radio, event.key.toUpperCase()) && list) question(radio, 1); }
    else if (list && /^Arrow(Up|Down)$/.test(event.key)) {
      event.preventDefault();
      question(radio, event.key === "ArrowUp" ? -1 : 1);
    }
  }
  function question(radio, by) {
    var list = radio.closest("[data-questions]");
    var stops = Array.from(list.querySelectorAll(".yn")).filter(function (each) { return each.offsetParent !== null; });
    var next = stops[stops.indexOf(radio.closest(".yn")) + by];
    if (next) reveal(next.querySelector("input:checked") || next.querySelector("input"));
  }
  function clearSegment(radio) {
    all("input[name='" + radio.name + "']").forEach(function (each) { each.checked = each.value === ""; });
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function chooseInSegment(radio, code) {
    var wanted = all("input[name='" + radio.name + "']").find(function (each) { return each.value === code; });
    if (wanted) wanted.click();
    return wanted;
  }
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-keys]")) showKeys();
    var link = event.target.closest("a[data-history]");
    if (link && window.htmx && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      window.htmx.ajax("GET", link.href, { source: link, target: "#drawer", swap: "innerHTML" });
    }
  });
  function leaveFor(event) { if (event.detail.elt.matches("a[data-history]")) location.assign(event.detail.elt.href); }
  document.addEventListener("htmx:responseError", leaveFor);
  document.addEventListener("htmx:sendError", leaveFor);

  // ---- the check while typing: its answer counts only if nothing was typed since it was asked --------------------
  var asked = "";
  function written() { return JSON.stringify(Array.from(new FormData(form))); } // reasons and notes, too
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt !== form) return;
    if (sent) event.preventDefault(); else asked = written();
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.elt === form && asked !== written()) event.detail.shouldSwap = false;
  });

  // What depends on other answers is hidden and shown, asked for or not, in place: nothing typed is ever replaced.
  function applyConditions() {
    var told = document.getElementById("conditions");
    if (!told || !told.hasAttribute("data-hidden")) return;
    var hidden = told.dataset.hidden.split(" "), required = told.dataset.required.split(" ");
    all("[data-when]").forEach(function (each) { each.hidden = hidden.indexOf(each.dataset.when) >= 0; });
    all("[data-req]").forEach(function (each) {
      var is = required.indexOf(each.dataset.req) >= 0;
      var control = document.getElementById(each.dataset.req);
      each.hidden = !is;
      if (!control || !control.matches("input, select, textarea, [role=radiogroup]")) return;
      if (is) control.setAttribute("aria-required", "true"); else control.removeAttribute("aria-required");
    });
  }
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.elt !== form) return;
    applyConditions();
    all("[id^='live-']").forEach(function (state) {
      var control = document.getElementById(state.id.slice(5));
      if (!control || !control.matches("input, select, textarea")) return;
      if (state.querySelector("[id^='e-']")) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    });
  });

  // ---- where one is: the section in view -------------------------------------------------------------------------
  var links = all(".sections a");
  function markSection() {
    var top = 140;
    var current = links.filter(function (link) {
      var heading = document.getElementById(link.hash.slice(1));
      return heading && heading.getBoundingClientRect().top <= top;
    }).pop() || links[0];
    links.forEach(function (link) {
      if (link === current) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    });
  }
  if (links.length) { document.addEventListener("scroll", markSection, { passive: true }); markSection(); }
})();
