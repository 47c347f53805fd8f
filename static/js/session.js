"use strict";
/* End of the session: warns two minutes before, in words and by a dialog; after it signs in in place. Asking how long it lasts does not make it last longer. */
(function () {
  const { session, sessionLeft } = document.body.dataset;
  if (!session) return;
  const WARNED = 120;
  const LONGEST = 2 ** 31 - 1; /* of a timer */
  /** @type {RequestInit} */
  const options = { credentials: "same-origin", redirect: "manual", headers: { "X-Background": "1" } };
  let ends = Date.now() + Number(sessionLeft) * 1000;
  let waiting = 0;
  let counting = 0;

  const seconds = () => Math.max(0, Math.round((ends - Date.now()) / 1000));
  const dialog = () => document.getElementById("gd-session");
  const cookie = () => (document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]*)/) || ["", ""])[1];
  const part = (name) => dialog().querySelector(`[data-part=${name}]`);

  function plan() {
    clearTimeout(waiting);
    waiting = setTimeout(look, Math.min(LONGEST, Math.max(0, seconds() - WARNED) * 1000));
  }

  /* Another page of the same person may have made it longer. */
  async function look() {
    try {
      const answer = await fetch(`${session}left/`, options);
      if (answer.ok) ends = Date.now() + (await answer.json()).left * 1000;
      else if (answer.status === 401) ends = Date.now();
    } catch (error) {
      /* no network: what was known stands */
    }
    if (seconds() > WARNED) plan();
    else await warn();
  }

  async function warn() {
    if (document.getElementById("gd-signin")) return; /* the score table signs in in place by itself */
    if (!dialog()) {
      if (!seconds()) return;
      try {
        const answer = await fetch(`${session}warning/`, options);
        if (!answer.ok) return;
        document.body.append(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("dialog"));
      } catch (error) {
        return;
      }
      dialog().addEventListener("cancel", (event) => event.preventDefault());
      dialog().querySelector("[data-stay]").addEventListener("click", stay);
      part("over").querySelector("form").addEventListener("submit", signIn);
    }
    part("warning").hidden = false;
    part("over").hidden = true;
    if (!dialog().open) dialog().showModal();
    clearInterval(counting);
    counting = setInterval(count, 1000);
    count();
  }

  function count() {
    const left = seconds();
    dialog().querySelector("[data-left]").textContent = left > 60 ? `${Math.ceil(left / 60)}分钟` : `${left}秒`;
    if (left) return;
    clearInterval(counting);
    over();
  }

  async function over() {
    try {
      const answer = await fetch(`${session}left/`, options);
      if (answer.ok) {
        ends = Date.now() + (await answer.json()).left * 1000;
        if (seconds() > WARNED) {
          dialog().close();
          plan();
          return;
        }
      }
    } catch (error) {
      /* the sign-in says what is wrong */
    }
    document.getElementById("gd-session-title").textContent = "登录已结束";
    part("warning").hidden = true;
    part("over").hidden = false;
    part("over").querySelector("[name=password]").focus();
  }

  async function stay() {
    try {
      const answer = await fetch(`${session}stay/`, { ...options, method: "POST", headers: { "X-Background": "1", "X-CSRFToken": cookie() } });
      if (answer.ok) {
        ends = Date.now() + (await answer.json()).left * 1000;
        if (seconds() > WARNED) {
          clearInterval(counting);
          dialog().close();
          plan();
          return;
        }
      }
    } catch (error) {
      return;
    }
    dialog().querySelector("[data-stay]").disabled = true; /* it has lasted as long as it may */
  }

  async function signIn(event) {
    event.preventDefault();
    const form = event.target;
    const told = form.querySelector("[role=alert]");
    const headers = { "X-In-Place": "1" };
    try {
      await fetch(form.action, { headers, credentials: "same-origin", redirect: "manual" }); /* the cookie of the form */
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { ...headers, "X-CSRFToken": cookie() }, credentials: "same-origin", redirect: "manual" });
      if (response.status === 428) {
        form.querySelector("[data-second]").hidden = false;
        form.querySelector("[name=code]").focus();
      }
      if (response.status !== 204) {
        told.textContent = [422, 428, 429, 503].includes(response.status) ? await response.text() : "没有登录，请稍后再试";
        return;
      }
      const answer = await fetch(`${session}left/`, options);
      ends = Date.now() + (await answer.json()).left * 1000;
    } catch (error) {
      told.textContent = "网络没有接通，请稍后再试";
      return;
    }
    form.reset();
    told.textContent = "";
    for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = cookie();
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": cookie() }));
    document.getElementById("gd-session-title").textContent = "即将自动退出";
    dialog().querySelector("[data-stay]").disabled = false;
    dialog().close();
    plan();
  }

  /* Answers of htmx and what the page saves by itself made it longer as well: it is looked up before anybody is warned. */
  plan();
})();
