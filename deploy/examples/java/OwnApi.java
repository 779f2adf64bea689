// An API with the JDK alone. Run: VESTIBULE_URL=http://localhost:3000 PORT=4000 java OwnApi.java
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;

public class OwnApi {
  static final String VESTIBULE = System.getenv().getOrDefault("VESTIBULE_URL", "http://localhost:3000");
  static final List<String> FORWARDED = List.of("Cookie", "Origin", "Sec-Fetch-Site", "X-XSRF-TOKEN");
  static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** Asks Vestibule who sent a request. An unsafe method also needs the CSRF token. */
  static HttpResponse<String> verify(HttpExchange exchange, String query) throws IOException, InterruptedException {
    var ask = HttpRequest.newBuilder(URI.create(VESTIBULE + "/api/auth/verify" + query));
    ask.header("X-Forwarded-Method", exchange.getRequestMethod());
    for (var name : FORWARDED) {
      var value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) ask.header(name, value);
    }
    return CLIENT.send(ask.build(), HttpResponse.BodyHandlers.ofString());
  }

  static void respond(HttpExchange exchange, String query) throws IOException {
    try (exchange) {
      var answer = verify(exchange, query);
      // The header is percent-encoded ASCII, so it needs no escape in JSON.
      var user = answer.headers().firstValue("X-Vestibule-Username").orElse("");
      var body = answer.statusCode() == 200 ? "{\"user\":\"" + user + "\"}" : answer.body();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.statusCode(), bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  public static void main(String[] arguments) throws IOException {
    var port = Integer.parseInt(System.getenv().getOrDefault("PORT", "4000"));
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/api/orders", exchange -> respond(exchange, ""));
    server.createContext("/api/reports", exchange -> respond(exchange, "?role=admin,auditor"));
    server.start();
  }
}
