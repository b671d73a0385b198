package dev.octet.serve.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.octet.serve.http.RequestException.Why;
import io.javalin.http.HandlerType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that no servlet is asked about, and which thread answers them. */
class DirectHandlerTest {
    private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    private void start(HttpServer.JsonHandler json) {
        Access access = new Access(Tokens.of(Optional.empty()), Clock.systemUTC());
        HttpServer.Listener listener = new HttpServer.Listener() {
            @Override
            public void request(String route, int status, long nanos) {}

            @Override
            public void rejected(Why why) {}

            @Override
            public void fault(String text) {
                faults.add(text);
            }
        };
        server = new HttpServer("127.0.0.1", 0, Limits.defaults(), access, listener);
        server.open(HandlerType.GET, "/healthz", context -> HttpServer.json(context, 200, "{}"));
        server.direct("/echo", json, context -> HttpServer.json(context, 200, "\"the servlet\""));
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        assertEquals(List.of(), faults);
    }

    private static boolean echo(Exchange exchange) throws IOException {
        RequestBody body = new RequestBody(exchange, Limits.defaults());
        exchange.answer(200, body.all(), body.length());
        return true;
    }

    private static byte[] post(String body) {
        return ("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private void requireHealth() throws Exception {
        HttpResponse<String> health =
                HttpClient.newHttpClient().send(to("/healthz").build(), HttpResponse.BodyHandlers.ofString());
        assertEquals("{}", health.body());
    }

    @Test
    void whatHasToWaitWaitsOnAnotherThreadAndHoldsUpNobody() throws Exception {
        List<String> threads = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch waited = new CountDownLatch(1);
        start((exchange, mayWait) -> {
            threads.add(Thread.currentThread().getName());
            if (!mayWait) {
                return false;
            }
            waited.await();
            return echo(exchange);
        });
        CompletableFuture<HttpResponse<String>> answer = HttpClient.newHttpClient()
                .sendAsync(
                        to("/echo")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("[1, 2]"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        requireHealth();
        waited.countDown();
        assertEquals("[1, 2]", answer.get().body());
        assertEquals(2, threads.size(), threads.toString());
        assertNotEquals(threads.get(0), threads.get(1));
    }

    @Test
    void aBodyMayComeInPieces() throws Exception {
        List<Boolean> mayWait = Collections.synchronizedList(new ArrayList<>());
        start((exchange, may) -> {
            mayWait.add(may);
            return echo(exchange);
        });
        byte[] request = post("[1, 2]");
        try (Socket client = new Socket("127.0.0.1", server.port())) {
            client.getOutputStream().write(request, 0, request.length - 3);
            requireHealth(); // the connection with half a body is read before
            client.getOutputStream().write(request, request.length - 3, 3);
            client.shutdownOutput();
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.endsWith("\r\n\r\n[1, 2]"), answer);
        }
        assertEquals(List.of(true), mayWait);
    }

    @Test
    void whoAsksWithoutAPauseLetsOthersHaveTheirTurn() throws Exception {
        int requests = 100;
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<Integer> before = new CompletableFuture<>();
        List<Socket> clients = new ArrayList<>();
        start((exchange, mayWait) -> {
            RequestBody body = new RequestBody(exchange, Limits.defaults());
            if (Arrays.copyOf(body.all(), body.length()).length == 1) { // from the other client
                before.complete(asked.get());
            } else if (asked.incrementAndGet() < requests) {
                if (asked.get() == 1) {
                    write(clients.get(1), "1");
                }
                write(clients.get(0), "22"); // so the next request is there before this one has its answer
            }
            exchange.answer(200, new byte[] {'0'}, 1);
            return true;
        });
        try (Socket hasty = new Socket("127.0.0.1", server.port());
                Socket other = new Socket("127.0.0.1", server.port())) {
            clients.addAll(List.of(hasty, other));
            write(hasty, "22");
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(hasty.getInputStream(), StandardCharsets.US_ASCII));
            for (int heads = 0; heads < requests; ) {
                heads += answers.readLine().endsWith("200 OK") ? 1 : 0;
            }
            assertTrue(before.get() < requests / 2, "the other client had its turn after request " + before.get());
        }
    }

    private static void write(Socket client, String body) {
        try {
            client.getOutputStream().write(post(body));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void allOtherRequestsGoToTheServlet() throws Exception {
        start((exchange, mayWait) -> echo(exchange));
        for (String[] each : new String[][] {
            {"/echo", "application/json", "7"},
            {"/echo", "Application/JSON; charset=utf-8", "7"},
            {"/echo?a=b", "application/json", "\"the servlet\""},
            {"/echo/", "application/json", "\"the servlet\""},
            {"/echo", "application/x-ndjson", "\"the servlet\""}
        }) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            to(each[0])
                                    .header("Content-Type", each[1])
                                    .POST(HttpRequest.BodyPublishers.ofString("7"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(each[2], answer.body(), each[0] + " " + each[1]);
        }
    }
}
