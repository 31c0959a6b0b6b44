// Draws the contract with Swagger UI, and sends the session's key with what is tried from here.
function csrfToken() {
  var found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return found ? decodeURIComponent(found[1]) : "";
}

var place = document.getElementById("contract");

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
  requestInterceptor: function (request) {
    var token = csrfToken();
    if (token && request.url.startsWith(window.location.origin)) {
      request.headers["X-CSRFToken"] = token;
    }
    return request;
  },
});
