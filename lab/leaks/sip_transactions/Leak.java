package lab.leaks.sip_transactions;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** SIP transactions that are registered but never sent, and dialogs to which no one says BYE. */
public final class Leak {
    private static final SipStack STACK = new SipStack();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int device = 0; device < 3_000; device++) {
            STACK.newClientTransaction(new SipRequest("MESSAGE", "call-" + device, device));
        }
        for (int device = 0; device < 1_500; device++) {
            STACK.invite(new SipRequest("INVITE", "play-" + device, device));
        }
        LeakRun.finish(arguments);
    }
}

final class SipStack {
    private final ConcurrentHashMap<String, ClientTransaction> clientTransactionTable = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, SipDialog> dialogTable = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, SipDialog> earlyDialogTable = new ConcurrentHashMap<>();

    ClientTransaction newClientTransaction(SipRequest request) {
        ClientTransaction transaction = new ClientTransaction(request);
        // The leak: registered before it is sent; only the timer that sending starts removes it.
        clientTransactionTable.put(transaction.branch, transaction);
        return transaction;
    }

    void invite(SipRequest request) {
        ClientTransaction transaction = newClientTransaction(request);
        transaction.send();
        SipDialog dialog = new SipDialog(request.callId, transaction);
        earlyDialogTable.put(dialog.id, dialog);
        dialogTable.put(dialog.id, dialog);
        transaction.answered();
        clientTransactionTable.remove(transaction.branch);
    }

    void bye(SipDialog dialog) {
        // Right, but who plays a stream does not call it when the stream breaks.
        earlyDialogTable.remove(dialog.id);
        dialogTable.remove(dialog.id);
    }
}

final class ClientTransaction {
    private static final int NEVER_SENT = -1;
    private static final int CALLING = 0;
    private static final int TERMINATED = 5;

    final String branch;
    private final SipRequest originalRequest;
    private int currentState = NEVER_SENT;
    private boolean transactionTimerStarted;

    ClientTransaction(SipRequest request) {
        this.branch = "z9hG4bK-" + request.callId;
        this.originalRequest = request;
    }

    void send() {
        currentState = CALLING;
        transactionTimerStarted = true;
    }

    void answered() {
        currentState = TERMINATED;
    }

    @Override
    public String toString() {
        return branch + " of " + originalRequest + " in state " + currentState + transactionTimerStarted;
    }
}

final class SipDialog {
    final String id;
    private final ClientTransaction firstTransaction;
    private final String dialogState = "CONFIRMED";

    SipDialog(String id, ClientTransaction firstTransaction) {
        this.id = id;
        this.firstTransaction = firstTransaction;
    }

    @Override
    public String toString() {
        return dialogState + " since " + firstTransaction;
    }
}

final class SipRequest {
    final String method;
    final String callId;
    private final String[] headers = new String[12];
    private final byte[] body = Payload.bytes(600);

    SipRequest(String method, String callId, int device) {
        this.method = method;
        this.callId = callId;
        for (int header = 0; header < headers.length; header++) {
            headers[header] = "Header-" + header + ": <sip:3402000000132" + device + "@10.0.0.1>";
        }
    }

    @Override
    public String toString() {
        return method + " " + callId + ", " + body.length + " bytes";
    }
}
