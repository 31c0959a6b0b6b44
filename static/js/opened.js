// Tells the portal that a person opened the page that shows the answer. A link preview or a
// prefetching client runs no script and counts for nothing.
document.querySelectorAll("form[data-opened]").forEach(function (form) {
  fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    credentials: "same-origin",
    redirect: "manual",
    keepalive: true,
  });
});
