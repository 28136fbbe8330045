package library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cdkalbprivatelink.Backend;
import io.github.cdkalbprivatelink.InternalAlb;
import io.github.cdkalbprivatelink.IpAddressesBackendOptions;
import io.github.cdkalbprivatelink.ReachabilityChecks;
import io.github.cdkalbprivatelink.ReachabilityDestination;
import io.github.cdkalbprivatelink.ReachabilityMode;
import io.github.cdkalbprivatelink.ReachabilitySource;
import io.github.cdkalbprivatelink.ReachabilityStatement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.ec2.Instance;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.MachineImage;
import software.amazon.awscdk.services.ec2.Vpc;

@DisplayName("The checks of paths")
class ReachabilityTest {
    private static final String DEAD = "No inbound rule of Stack/Web/SecurityGroup lets TCP 80 in from Stack/Client.";

    private final App app = new App();
    private final Stack stack = new Stack(app, "Stack");
    private final Vpc vpc = Stacks.vpc(stack);
    private final InternalAlb web = InternalAlb.Builder.create(stack, "Web")
        .vpc(vpc)
        .clients(List.of())
        .backend(Backend.ipAddresses(List.of("10.0.2.9"), IpAddressesBackendOptions.builder().port(80).build()))
        .build();
    private final Instance client = Instance.Builder.create(stack, "Client")
        .vpc(vpc)
        .instanceType(new InstanceType("t3.micro"))
        .machineImage(MachineImage.latestAmazonLinux2023())
        .build();

    private String report() throws IOException {
        return Files.readString(Path.of(app.getOutdir(), "validation-report.json"));
    }

    private void expectPath(final ReachabilityMode mode) {
        Validations.of(app).addPlugins(ReachabilityChecks.Builder.create()
            .mode(mode)
            .expect(List.of(ReachabilityStatement.builder()
                .source(ReachabilitySource.workload(client))
                .destination(ReachabilityDestination.loadBalancer(web))
                .port(80)
                .build()))
            .build());
    }

    @Test
    @DisplayName("fail the synthesis of an app with a path that is expected and dead")
    void failsTheSynthesis() throws IOException {
        expectPath(ReachabilityMode.FAIL);
        RuntimeException thrown = assertThrows(RuntimeException.class, app::synth);
        assertTrue(thrown.getMessage().contains("Validation failed"), thrown.getMessage());
        assertTrue(report().contains(DEAD), report());
    }

    @Test
    @DisplayName("let it pass when they are to warn only")
    void warnsOnly() throws IOException {
        expectPath(ReachabilityMode.WARN);
        assertEquals(1, app.synth().getStacks().size());
        assertTrue(report().contains(DEAD), report());
    }

    @Test
    @DisplayName("let it pass when the path is there")
    void passes() throws IOException {
        web.getConnections().allowFrom(client, software.amazon.awscdk.services.ec2.Port.tcp(80));
        expectPath(ReachabilityMode.FAIL);
        assertEquals(1, app.synth().getStacks().size());
        assertFalse(report().contains(DEAD), report());
    }
}
