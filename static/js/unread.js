// The count of unread messages, kept fresh while somebody looks at the page.
var EVERY = 60000;
var badge = document.querySelector("[data-unread]");

function ask() {
  if (document.hidden || !navigator.onLine) {
    return;
  }
  fetch(badge.dataset.unread, { headers: { Accept: "application/json" }, redirect: "error" })
    .then(function (answer) {
      return answer.ok ? answer.json() : Promise.reject();
    })
    .then(function (told) {
      badge.hidden = !told.unread;
      badge.querySelector("b").textContent = told.unread;
    })
    .catch(function () {}); // the next round asks again
}

if (badge) {
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}
