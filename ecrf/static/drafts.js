// Keeps what is typed on a form's page while it is typed: shortly after the last key, and when the page is left. One
// request at a time, so that an older state never comes after a newer one. The page works without any of this.
(function () {
  "use strict";
  var form = document.querySelector("form[data-draft]");
  var told = document.getElementById("saved");
  if (!form || !told || !window.fetch) return;
  var PAUSE = 700, LONGEST = 4000, AGAIN = 10000; // milliseconds: after the last key, at most, after a failure
  var standing = Array.from(told.childNodes);
  var named = new Set(Array.from(form.querySelectorAll("input[name=drafted]"), function (each) { return each.value; }));
  var kept = form.hasAttribute("data-typed") || form.hasAttribute("data-spent") ? null : written();
  var timer = 0, since = 0, flight = null, failedAt = null, isLeaving = false;

  function written() {
    var pairs = Array.from(new FormData(form)).filter(function (pair) {
      return typeof pair[1] === "string" && pair[0] !== "live";
    });
    return new URLSearchParams(pairs).toString();
  }

  // What was typed in is named, so that the draft tells an answer that was taken back from one that was never touched.
  function touch(control) {
    if (!control.name || control.form !== form) return false;
    var name = /^reply\./.test(control.name) ? control.name : control.name.replace(/^(reason|note|choice)\./, "").split(".")[0];
    if (!named.has(name)) {
      var field = document.createElement("input");
      field.type = "hidden";
      field.name = "drafted";
      field.value = name;
      form.prepend(field);
      named.add(name);
    }
    return true;
  }

  function onTyping(event) {
    if (!touch(event.target)) return;
    form.removeAttribute("data-kept");
    since = since || Date.now();
    plan(Date.now() - since > LONGEST ? 0 : PAUSE);
  }
  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }

  function send() {
    if (flight || isLeaving) return;
    var body = written();
    since = 0;
    if (body === kept) { form.setAttribute("data-kept", ""); return; }
    flight = new AbortController();
    fetch(form.dataset.draft, {
      method: "POST", body: new URLSearchParams(body), headers: { "HX-Request": "true" }, signal: flight.signal
    }).then(function (answer) {
      if (!answer.ok) { fail(answer.status === 401 ? "signedOut" : "unkept"); return null; }
      return answer.text().then(function (text) { succeed(body, answer.status === 204 ? "" : text); });
    }).catch(function (error) {
      if (error.name !== "AbortError") fail("offline");
    }).finally(function () {
      flight = null;
      if (!failedAt && written() !== body) plan(PAUSE);
    });
  }

  function succeed(body, text) {
    kept = body;
    failedAt = null;
    told.classList.remove("is-unkept");
    if (written() === body) form.setAttribute("data-kept", "");
    var part = document.createElement("template");
    part.innerHTML = text;
    if (part.content.textContent.trim() !== told.textContent.trim() || !text) {
      told.replaceChildren.apply(told, text ? Array.from(part.content.childNodes) : standing);
    }
  }
  function fail(why) {
    var now = new Date();
    failedAt = failedAt || ("0" + now.getHours()).slice(-2) + ":" + ("0" + now.getMinutes()).slice(-2);
    var sentence = form.dataset[why].replace("{time}", failedAt);
    if (told.textContent.trim() !== sentence) {
      told.replaceChildren(document.getElementById("unkept").content.cloneNode(true), sentence);
    }
    told.classList.add("is-unkept");
    plan(AGAIN);
  }

  // The last word, when nobody waits for an answer any more.
  function leave() {
    var body = written();
    if (isLeaving || body === kept) return;
    if (navigator.sendBeacon(form.dataset.draft, new URLSearchParams(body))) kept = body;
  }

  document.addEventListener("input", onTyping);
  document.addEventListener("change", onTyping);
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") leave(); });
  window.addEventListener("pagehide", leave);
  window.addEventListener("online", function () { if (failedAt) plan(0); });
  window.addEventListener("pageshow", function () { isLeaving = false; });
  // A page that cannot be sent must not be left for the browser's own page of errors: what nobody keeps yet is kept
  // first, and without a connection the form stays where it is.
  var isSure = false, isWaiting = false;
  function holdBack(event) {
    var discards = event.submitter && event.submitter.hasAttribute("data-discard");
    if (isSure || discards || (navigator.onLine && !failedAt && written() === kept)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isWaiting) return;
    isWaiting = true;
    clearTimeout(timer);
    var body = written(), submitter = event.submitter, tooLong = new AbortController();
    var limit = setTimeout(function () { tooLong.abort(); }, LONGEST);
    fetch(form.dataset.draft, {
      method: "POST", body: new URLSearchParams(body), headers: { "HX-Request": "true" }, signal: tooLong.signal
    }).then(function (answer) {
      if (answer.ok) { kept = body; failedAt = null; }
      isSure = true;
      form.requestSubmit(submitter);
    }).catch(function () {
      fail("unsent");
      told.focus();
    }).finally(function () {
      clearTimeout(limit);
      isSure = isWaiting = false;
    });
  }
  form.addEventListener("submit", holdBack, true);
  form.addEventListener("submit", function (event) {
    clearTimeout(timer);
    if (flight) { flight.abort(); kept = null; }
    // What is saved needs no draft once it is; until then the answer may be lost, and with it the page.
    if (!event.submitter || !event.submitter.hasAttribute("data-discard")) leave();
    isLeaving = true;
  });
  if (kept === null) plan(0);
})();
