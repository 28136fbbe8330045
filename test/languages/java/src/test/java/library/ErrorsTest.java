package library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cdkalbprivatelink.Backend;
import io.github.cdkalbprivatelink.BackendPortOptions;
import io.github.cdkalbprivatelink.InternalAlb;
import io.github.cdkalbprivatelink.IpAddressesBackendOptions;
import io.github.cdkalbprivatelink.VpcPeering;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.Vpc;

@DisplayName("A mistake")
class ErrorsTest {
    /** The statements of a user, in a constructor where {@code stack}, {@code vpc} and {@code web} are there. */
    private static List<String> compile(final String statements) {
        return Compiler.errorsIn("""
            import io.github.cdkalbprivatelink.*;
            import java.util.List;
            import software.amazon.awscdk.Stack;
            import software.amazon.awscdk.services.ec2.*;

            class User {
                User(final Stack stack, final Vpc vpc, final Instance web) {
                    %s
                }
            }
            """.formatted(statements));
    }

    /** What the library says; jsii adds where in JavaScript it was said. */
    private static String sentenceOf(final RuntimeException thrown) {
        return thrown.getMessage().lines().filter(line -> !line.isBlank()).findFirst().orElseThrow();
    }

    @Test
    @DisplayName("is found by the compiler and by nothing else in code that has none")
    void noMistake() {
        assertEquals(List.of(), compile("""
            InternalAlb.Builder.create(stack, "Web").vpc(vpc).backend(Backend.instances(List.of(web), BackendPortOptions.builder().port(8080).build())).build();"""));
    }

    @Test
    @DisplayName("in the name of a prop is found by the compiler, which names it")
    void wrongName() {
        List<String> errors = compile("""
            InternalAlb.Builder.create(stack, "Web").vpc(vpc).domainName(List.of("alb.home")).build();""");
        assertEquals(1, errors.size(), errors.toString());
        assertTrue(errors.get(0).contains("cannot find symbol") && errors.get(0).contains("method domainName("), errors.get(0));
        assertTrue(errors.get(0).contains("class io.github.cdkalbprivatelink.InternalAlb.Builder"), errors.get(0));
    }

    @Test
    @DisplayName("in the type of a prop is found by the compiler, which says what it wants")
    void wrongType() {
        List<String> errors = compile("""
            InternalAlb.Builder.create(stack, "Web").vpc(vpc).port("80").build();""");
        assertEquals(1, errors.size(), errors.toString());
        assertTrue(errors.get(0).contains("java.lang.String cannot be converted to java.lang.Number"), errors.get(0));
    }

    @Test
    @DisplayName("with one object for another is found by the compiler")
    void wrongObject() {
        List<String> errors = compile("""
            InternalAlb.Builder.create(stack, "Web").vpc(stack).build();""");
        assertEquals(1, errors.size(), errors.toString());
        assertTrue(errors.get(0).contains("software.amazon.awscdk.Stack cannot be converted to software.amazon.awscdk.services.ec2.IVpc"), errors.get(0));
    }

    @Test
    @DisplayName("of leaving out a prop fails where the construct is built, and names the prop")
    void missingProp() {
        InternalAlb.Builder withoutVpc = InternalAlb.Builder.create(Stacks.stack(), "Web");
        NullPointerException thrown = assertThrows(NullPointerException.class, withoutVpc::build);
        assertEquals("vpc is required", thrown.getMessage());
    }

    @Test
    @DisplayName("of leaving out an option fails where the options are built, and names the option")
    void missingOption() {
        BackendPortOptions.Builder withoutPort = BackendPortOptions.builder();
        NullPointerException thrown = assertThrows(NullPointerException.class, withoutPort::build);
        assertEquals("port is required", thrown.getMessage());
    }

    @Test
    @DisplayName("that the library finds comes with all of its words: what was given, what is allowed, what to do")
    void errorOfTheLibrary() {
        Stack stack = Stacks.stack();
        InternalAlb.Builder builder = InternalAlb.Builder.create(stack, "Web").vpc(Stacks.vpc(stack)).port(0);
        RuntimeException thrown = assertThrows(RuntimeException.class, builder::build);
        assertEquals("Stack/Web: 'port' must be an integer between 1 and 65535, got: 0.", sentenceOf(thrown));
    }

    @Test
    @DisplayName("in one of several items names the item")
    void errorInAList() {
        Stack stack = Stacks.stack();
        InternalAlb.Builder builder = InternalAlb.Builder.create(stack, "Web").vpc(Stacks.vpc(stack))
            .backend(Backend.ipAddresses(List.of("10.0.2.9", "10.0.2.256"), IpAddressesBackendOptions.builder().port(80).build()));
        RuntimeException thrown = assertThrows(RuntimeException.class, builder::build);
        assertEquals("Stack/Web: 'addresses' has '10.0.2.256', which is no IPv4 address. Give Backend.ipAddresses() addresses such as '10.1.2.9'.", sentenceOf(thrown));
    }

    @Test
    @DisplayName("can be caught, and the app goes on")
    void canBeCaught() {
        Stack stack = Stacks.stack();
        Vpc vpc = Stacks.vpc(stack);
        RuntimeException thrown = assertThrows(RuntimeException.class, () -> VpcPeering.Builder.create(stack, "Peering").vpc(vpc).peerVpc(vpc).build());
        assertEquals("Stack/Peering: 'vpc' and 'peerVpc' are one VPC, Stack/Vpc. A VPC needs no peering with itself; give another one.", sentenceOf(thrown));
        InternalAlb.Builder.create(stack, "Web").vpc(vpc).build();
        assertEquals(1, Stacks.propertiesOf(stack, "AWS::ElasticLoadBalancingV2::LoadBalancer").size());
    }
}
